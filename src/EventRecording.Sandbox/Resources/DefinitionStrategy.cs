using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>CustomResourceDefinitions: established at once, so that their resources are there with the answer.</summary>
internal sealed class DefinitionStrategy(TimeProvider time) : UntypedStrategy
{
    private static readonly string[] RequiredNames = ["plural", "kind"];

    public override string StorageName => "customresourcedefinitions";

    public override IReadOnlyList<TableColumn> Columns { get; } = [CommonColumns.Name, CommonColumns.CreatedAt];

    protected override bool HasStatus => true;

    public override void PrepareForCreate(JsonObject created)
    {
        base.PrepareForCreate(created);
        Default(created);
        created["status"] = Status(created, GoTime.Seconds(time.GetUtcNow()));
    }

    public override void PrepareForUpdate(JsonObject updated, JsonObject old, string subresource)
    {
        base.PrepareForUpdate(updated, old, subresource);
        Default(updated);
    }

    public override IEnumerable<FieldError> ValidateCreate(JsonObject created)
    {
        var spec = created.Object("spec");
        var names = spec.Object("names");
        if (spec.Text("group").Length == 0)
            yield return FieldError.Required("spec.group");
        if (spec.Text("scope") is not ("Namespaced" or "Cluster"))
            yield return FieldError.NotSupported("spec.scope", spec.Text("scope"), "Cluster", "Namespaced");
        foreach (var field in RequiredNames.Where(field => names.Text(field).Length == 0))
            yield return FieldError.Required("spec.names." + field);
        if (spec.Array("versions")?.OfType<JsonObject>().Count(version => version.Flag("storage")) != 1)
            yield return FieldError.Invalid("spec.versions", "", "must have exactly one version marked as storage version");
        var name = created.Object("metadata").Text("name");
        var expected = $"{names.Text("plural")}.{spec.Text("group")}";
        if (name != expected)
            yield return FieldError.Invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
    }

    public override IEnumerable<FieldError> ValidateUpdate(JsonObject updated, JsonObject old) => ValidateCreate(updated);

    private static void Default(JsonObject definition)
    {
        var spec = definition.Ensure("spec");
        var names = spec.Ensure("names");
        var kind = names.Text("kind");
#pragma warning disable CA1308 // the default singular is the kind in lower case
        names["singular"] ??= kind.ToLowerInvariant();
#pragma warning restore CA1308
        names["listKind"] ??= kind + "List";
        spec["conversion"] ??= new JsonObject { ["strategy"] = "None" };
    }

    private static JsonObject Status(JsonObject definition, string now)
    {
        var spec = definition.Object("spec");
        var stored = spec.Array("versions")?.OfType<JsonObject>()
            .Where(version => version.Flag("storage"))
            .Select(version => version.Text("name"));
        return new JsonObject
        {
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now)),
            ["acceptedNames"] = spec.Object("names")?.DeepClone(),
            ["storedVersions"] = (stored ?? []).ToJsonArray(),
        };
    }

    private static JsonObject Condition(string type, string reason, string message, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };
}
