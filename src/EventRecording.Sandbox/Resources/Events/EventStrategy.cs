using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Events of one of the two groups over the one store.</summary>
internal sealed class EventStrategy(bool eventsV1, KubernetesRules rules, TimeSpan? timeToLive) : ResourceStrategy
{
    public override string StorageName => "events";

    public override bool AllowsCreateOnUpdate => true;

    public override TimeSpan? TimeToLive => timeToLive;

    public override IReadOnlyList<string> FieldLabels => eventsV1 ? EventFields.EventsV1 : EventFields.CoreV1;

    public override IReadOnlyList<TableColumn> Columns => EventTableColumns.All;

    public override JsonObject Decode(JsonObject source, ICollection<string> unknown) => eventsV1
        ? EventConversion.ToCore(EventSchema.EventsV1.Decode(source, unknown))
        : EventSchema.CoreV1.Decode(source, unknown);

    public override byte[] View(StoredObject stored) => eventsV1 ? stored.OtherView(EventConversion.ToEventsV1) : stored.Body;

    public override string[] ReadFields(JsonObject stored) => EventFields.Read(stored);

    /// <summary>Events of core/v1 may have names that no other object may have.</summary>
    public override IEnumerable<string> ValidateName(string name) => Names.PathSegment(name);

    public override IEnumerable<FieldError> ValidateCreate(JsonObject created)
    {
        var errors = EventValidation.Always(created, eventsV1, rules);
        return eventsV1 ? errors.Concat(EventValidation.CreateThroughEventsV1(created)) : errors;
    }

    public override IEnumerable<FieldError> ValidateUpdate(JsonObject updated, JsonObject old)
    {
        var errors = EventValidation.Always(updated, eventsV1, rules);
        return eventsV1 && rules == KubernetesRules.Current ? errors.Concat(EventValidation.UpdateThroughEventsV1(updated, old)) : errors;
    }
}
