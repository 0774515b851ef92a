using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Which events the server takes.</summary>
internal static class EventValidation
{
    private static readonly string[] Immutable =
    [
        "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime", "action",
        "related", "reportingComponent", "reportingInstance",
    ];

    private static readonly (string Field, int Limit, bool Required)[] Texts =
        [("reportingInstance", 128, true), ("action", 128, true), ("reason", 128, true), ("message", 1024, false)];

    /// <summary>Rules for every event through either group, when it is created and when it is changed.</summary>
    public static IEnumerable<FieldError> Always(JsonObject core, bool throughEventsV1, KubernetesRules rules)
    {
        var involved = core.Object("involvedObject").Text("namespace");
        var space = core.Object("metadata").Text("namespace");
        var errors = core["eventTime"] is null
            ? Legacy(involved, space)
            : WithEventTime(core, involved, space, throughEventsV1 ? "reportingController" : "reportingComponent", rules);
        return errors.Concat(Names.Subdomain(space).Select(message => FieldError.Invalid("namespace", space, message)));
    }

    /// <summary>Stricter rules for what is created through events.k8s.io/v1.</summary>
    public static IEnumerable<FieldError> CreateThroughEventsV1(JsonObject core)
    {
        foreach (var error in MetadataValidation.Validate(core.Metadata(), Names.Subdomain))
            yield return error;
        foreach (var error in Series(core))
            yield return error;
        if (core["eventTime"] is null)
            yield return FieldError.Required("eventTime");
        if (core.Text("type") is not ("Normal" or "Warning"))
            yield return FieldError.Invalid("type", "", "has invalid value: " + core.Text("type"));
        foreach (var field in Deprecated(core))
            yield return FieldError.Invalid(field, "", "needs to be unset");
    }

    /// <summary>Through events.k8s.io/v1 only the series and the metadata change; 1.20 compared the new event with itself.</summary>
    public static IEnumerable<FieldError> UpdateThroughEventsV1(JsonObject core, JsonObject old)
    {
        var changed = from field in Immutable
                      where !JsonNode.DeepEquals(core[field], old[field])
                      select core[field] is JsonValue value && value.AsText() is { } text
                          ? FieldError.Invalid(field, text, "field is immutable")
                          : new FieldError(field, "FieldValueInvalid", $"Invalid value: {core[field]?.ToJsonString() ?? "null"}: field is immutable");
        return JsonNode.DeepEquals(core["series"], old["series"]) ? changed : Series(core).Concat(changed);
    }

    private static IEnumerable<FieldError> Series(JsonObject core)
    {
        if (core.Object("series") is not { } series)
            yield break;
        if (series.Number("count") < 2)
            yield return FieldError.Invalid("series.count", "", "should be at least 2");
        if (series["lastObservedTime"] is null)
            yield return FieldError.Required("series.lastObservedTime");
    }

    private static IEnumerable<FieldError> Legacy(string involved, string space)
    {
        // An object without a namespace is cluster-scoped: its events stand in default.
        if (involved.Length == 0 ? space != "default" : space != involved)
            yield return FieldError.Invalid("involvedObject.namespace", involved, "does not match event.namespace");
    }

    private static IEnumerable<FieldError> WithEventTime(
        JsonObject core, string involved, string space, string controllerField, KubernetesRules rules)
    {
        if (involved.Length == 0 && space != "kube-system" && (rules == KubernetesRules.V1_20 || space != "default"))
            yield return FieldError.Invalid("involvedObject.namespace", involved, "does not match event.namespace");
        var controller = core.Text("reportingComponent");
        if (controller.Length == 0)
            yield return FieldError.Required(controllerField);
        foreach (var message in Names.Qualified(controller))
            yield return FieldError.Invalid(controllerField, controller, message);
        foreach (var (field, limit, required) in Texts)
        {
            var text = core.Text(field);
            if (required && text.Length == 0)
                yield return FieldError.Required(field);
            // The message says characters, the server counts bytes.
            if (Encoding.UTF8.GetByteCount(text) > limit)
                yield return FieldError.Invalid(field, "", $"can have at most {limit} characters");
        }
    }

    private static IEnumerable<string> Deprecated(JsonObject core)
    {
        if (core["firstTimestamp"] is not null)
            yield return "firstTimestamp";
        if (core["lastTimestamp"] is not null)
            yield return "lastTimestamp";
        if (core.Number("count") != 0)
            yield return "count";
        if (core.Object("source") is { Count: > 0 })
            yield return "source";
    }
}
