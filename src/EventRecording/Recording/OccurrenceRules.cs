namespace EventRecording;

/// <summary>What an occurrence needs to become an event; checked before it is accepted.</summary>
internal sealed class OccurrenceRules(EventBroadcasterOptions options)
{
    // The server refuses more, for every object.
    private const int MostAnnotationBytes = 262_144;
    private const int RoomForMarks = 1024;

    // The server answers 422 to a longer one, and counts bytes where its message says characters.
    private const int LongestReasonOfEventsV1 = 128;
    private const int LongestReason = 1024;

    private const string NameRule = "letters, digits, '-', '_' and '.', at most 63, a letter or digit first and last";

    private readonly bool _isEventsV1 = options.ApiVersion == EventApiVersion.EventsV1;

    /// <summary>events.k8s.io/v1 takes such an event; core/v1 takes more.</summary>
    public static bool FitsEventsV1(string type, string reason, string? action) =>
        type is EventType.Normal or EventType.Warning
        && Utf8Text.ByteCount(reason) <= LongestReasonOfEventsV1
        && Utf8Text.ByteCount(action ?? "") <= LongestReasonOfEventsV1;

    /// <summary>What is wrong with it and what to do; <see langword="null"/> if it can be recorded.</summary>
    public string? Fault(ObjectReference? regarding, string? type, string? reason) =>
        ReferenceFault(regarding, "object") ?? TypeFault(type) ?? ReasonFault(reason);

    /// <summary>As <see cref="Fault(ObjectReference?, string?, string?)"/>, with all that an occurrence can carry.</summary>
    public string? Fault(Occurrence occurrence) =>
        Fault(occurrence.Regarding, occurrence.Type, occurrence.Reason)
        ?? (occurrence.Related is null ? null : ReferenceFault(occurrence.Related, "related object"))
        ?? ActionFault(occurrence.Action)
        ?? AnnotationFault(occurrence.Annotations)
        ?? LabelFault(occurrence.Labels)
        ?? TimeFault(occurrence)
        ?? DeadlineFault(occurrence.WriteDeadline);

    private static string? ReferenceFault(ObjectReference? reference, string what)
    {
        if (reference is null)
            return $"The {what} is null: an event is about an object with apiVersion, kind and name.";
        var missing = string.IsNullOrEmpty(reference.ApiVersion) ? "apiVersion"
            : string.IsNullOrEmpty(reference.Kind) ? "kind"
            : string.IsNullOrEmpty(reference.Name) ? "name" : null;
        if (missing is not null)
            return $"The {what} has no {missing}: an event is about an object with apiVersion, kind and name, and kubectl finds it by them.";
        if (!string.IsNullOrEmpty(reference.Namespace) && !DnsName.IsLabel(reference.Namespace))
            return $"The {what} has the namespace '{SafeText.Quote(reference.Namespace)}', which is no name of a namespace: lower-case letters, digits and '-', at most 63.";
        return null;
    }

    private string? TypeFault(string? type) => type switch
    {
        EventType.Normal or EventType.Warning => null,
        null or "" => "The type is empty: give Normal or Warning.",
        _ when options.AllowOtherTypes && !_isEventsV1 => null,
        _ => $"The type is '{SafeText.Quote(type)}': the API defines Normal and Warning.",
    };

    private string? ReasonFault(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
            return "The reason is empty: give one UpperCamelCase word that says why, such as ScaledUp.";
        var most = _isEventsV1 ? LongestReasonOfEventsV1 : LongestReason;
        return reason.Length > most / 3 && Utf8Text.ByteCount(reason) > most
            ? $"The reason has {Utf8Text.ByteCount(reason)} bytes of UTF-8, at most {most} are allowed: give one word and put the rest into the message."
            : null;
    }

    private string? ActionFault(string? action) =>
        _isEventsV1 && action is not null && Utf8Text.ByteCount(action) > LongestReasonOfEventsV1
            ? $"The action has {Utf8Text.ByteCount(action)} bytes of UTF-8, events.k8s.io/v1 takes at most {LongestReasonOfEventsV1}."
            : null;

    /// <summary>The annotations fit on one event, with the mark of the writer.</summary>
    public static bool Fit(IReadOnlyDictionary<string, string>? annotations) => ByteCount(annotations) <= MostAnnotationBytes - RoomForMarks;

    // A write carries the annotations and labels of many occurrences: a bad one would have all of them refused.
    private static string? AnnotationFault(IReadOnlyDictionary<string, string>? annotations)
    {
        if (annotations is null)
            return null;
        if (!Fit(annotations))
            return $"The annotations have {ByteCount(annotations)} bytes, the API takes at most {MostAnnotationBytes} with those of the recorder: shorten them.";
        foreach (var (key, _) in annotations)
        {
#pragma warning disable CA1308 // The server looks at the lower-case key, of annotations alone.
            if (!QualifiedName.IsValid(key.ToLowerInvariant()))
#pragma warning restore CA1308
                return KeyFault("annotation", key);
        }

        return null;
    }

    private static string? LabelFault(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is null)
            return null;
        foreach (var (key, value) in labels)
        {
            if (!QualifiedName.IsValid(key))
                return KeyFault("label", key);
            if (!QualifiedName.IsLabelValue(value ?? ""))
                return $"The label '{key}' has the value '{SafeText.Quote(value)}', which the API refuses: {NameRule}. An annotation takes any text.";
        }

        return null;
    }

    private static string KeyFault(string what, string key) =>
        $"The {what} has the key '{SafeText.Quote(key)}', which the API refuses: {NameRule}; before it a DNS name and '/', if any, as in example.com/last-error.";

    private static long ByteCount(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.Sum(entry => (long)Utf8Text.ByteCount(entry.Key) + Utf8Text.ByteCount(entry.Value ?? "")) ?? 0;

    private static string? TimeFault(Occurrence occurrence) =>
        occurrence is { FirstTimestamp: { } first, Timestamp: { } last } && first > last
            ? $"The first time {first:O} is later than the last {last:O}."
            : null;

    private static string? DeadlineFault(TimeSpan? deadline) =>
        deadline is { } given && (given <= TimeSpan.Zero || given > EventBroadcasterOptions.LongestWriteDeadline)
            ? $"The write deadline is {given}: more than zero and at most {EventBroadcasterOptions.LongestWriteDeadline}."
            : null;
}
