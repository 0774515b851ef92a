namespace EventRecording;

/// <summary>A series as an event on the server, under the rules of either group.</summary>
internal sealed class EventBody(EventBroadcasterOptions options)
{
    public const string CombinedPrefix = "(combined from similar events)";

    private const int LongestNote = 1024;
    private const int LongestInstance = 128;

    // Leaves room for 256 KiB of annotations and 64 KiB for the rest in a request of 1 MiB.
    private const int LongestMessage = (1024 - 256 - 64) * 1024;

    /// <summary>The new event that a write creates.</summary>
    public KubeEvent Create(SeriesWrite write, KnownEvent known, int count, DateTime first, DateTime now)
    {
        var key = write.Series.Key;
        var isCore = known.ApiVersion == EventApiVersion.CoreV1;
        var last = new DateTimeOffset(write.Batch.Last);
        var instance = Instance(write, known.ApiVersion);
        return new KubeEvent
        {
            ApiVersion = known.ApiVersion,
            Name = known.Name,
            Namespace = known.Namespace,
            Labels = write.Batch.Details?.Labels ?? KubeEvent.NoTexts,
            Annotations = Annotations(write, now),
            InvolvedObject = key.Regarding,
            Related = key.Related,
            Type = Type(write),
            Reason = key.Reason,
            Message = Message(write, known.ApiVersion),
            Action = Action(key, known.ApiVersion),
            SourceComponent = isCore ? key.Source.Component : null,
            SourceHost = isCore && key.Source.Host.Length > 0 ? key.Source.Host : null,
            ReportingController = Controller(key, known.ApiVersion),
            ReportingInstance = instance,
            FirstTimestamp = isCore ? first : null,
            LastTimestamp = isCore ? last : null,
            CoreCount = isCore ? count : null,
            EventTime = isCore ? null : first,
            Series = isCore || count == 1 ? null : new EventSeries(count, last),
        };
    }

    /// <summary>The patch by which a write adds itself to the event.</summary>
    public EventPatch CountUp(SeriesWrite write, KnownEvent known, DateTime now)
    {
        var isCore = known.ApiVersion == EventApiVersion.CoreV1;
        var count = known.Count + write.Batch.Changes;
        var last = new DateTimeOffset(write.Batch.Last > known.Last ? write.Batch.Last : known.Last);
        return new EventPatch
        {
            ApiVersion = known.ApiVersion,
            Namespace = known.Namespace,
            Name = known.Name,
            ResourceVersion = known.ResourceVersion,
            Count = isCore ? count : null,
            FirstTimestamp = isCore && write.Batch.First < known.First ? write.Batch.First : null,
            LastTimestamp = isCore ? last : null,
            Type = write.Series.Key.Kind == SeriesKind.OnChange ? Type(write) : null,
            Message = isCore && write.Series.Key.Kind != SeriesKind.Distinct ? Message(write, known.ApiVersion) : null,
            ReportingInstance = isCore ? FirstFilled(write.Batch.Details?.ReportingInstance, options.ReportingInstance) : null,
            Series = isCore ? null : new EventSeries(count, last),
            Labels = write.Batch.Details?.Labels,
            Annotations = MarkedAnnotations(write, known.StaleAnnotations, now),
        };
    }

    /// <summary>The event holds this series, after what the API's limits made of it.</summary>
    public static bool Holds(KubeEvent found, Series series, KnownEvent known)
    {
        var key = series.Key;
        var isCore = known.ApiVersion == EventApiVersion.CoreV1;
        return HasShapeOf(found, isCore)
            && SeriesKeyComparer.SameReference(AsSent(key.Regarding), found.InvolvedObject)
            && SeriesKeyComparer.SameReference(AsSent(key.Related), found.Related)
            && (key.Kind == SeriesKind.OnChange || SeriesKeyComparer.Same(key.Type, found.Type))
            && SeriesKeyComparer.Same(key.Reason, found.Reason)
            && SeriesKeyComparer.Same(Action(key, known.ApiVersion), found.Action)
            && SeriesKeyComparer.Same(Controller(key, known.ApiVersion), found.ReportingController)
            && (!isCore || (SeriesKeyComparer.Same(key.Source.Component, found.SourceComponent) && SeriesKeyComparer.Same(key.Source.Host, found.SourceHost)))
            && HoldsMessage(found, key, known.ApiVersion);
    }

    // Where both are filled, what is shown is not what is counted up.
    private static bool HasShapeOf(KubeEvent found, bool isCore) =>
        isCore ? found is { Series: null, EventTime: null } : found is { CoreCount: null or 0, EventTime: not null };

    private static ObjectReference? AsSent(ObjectReference? reference) => reference is null ? null : reference with
    {
        ApiVersion = AsSent(reference.ApiVersion),
        Kind = AsSent(reference.Kind),
        Name = AsSent(reference.Name),
        Uid = AsSent(reference.Uid),
        FieldPath = AsSent(reference.FieldPath),
    };

    private static string? AsSent(string? text) => text is null ? null : Utf8Text.ReplaceLoneSurrogates(text);

    private static bool HoldsMessage(KubeEvent found, in SeriesKey key, string apiVersion) =>
        key.Kind switch
        {
            SeriesKind.Combined => found.Message?.StartsWith(CombinedPrefix, StringComparison.Ordinal) == true,
            SeriesKind.OnChange => true,
            _ => SeriesKeyComparer.Same(Fit(key.Message, apiVersion), found.Message),
        };

    private static string Type(SeriesWrite write) => write.Batch.Values?.Type ?? write.Series.Key.Type;

    private static string Message(SeriesWrite write, string apiVersion) => Fit(write.Series.Key.Kind switch
    {
        SeriesKind.Combined => $"{CombinedPrefix}: {write.Batch.LatestMessage}",
        SeriesKind.OnChange => write.Batch.LatestMessage ?? "",
        _ => write.Series.Key.Message,
    }, apiVersion);

    private static string Fit(string message, string apiVersion) =>
        apiVersion == EventApiVersion.CoreV1 ? Utf8Text.CutToJsonBytes(message, LongestMessage) : Utf8Text.CutToBytes(message, LongestNote);

    // events.k8s.io/v1 refuses an event without action (transcript events-v1).
    private static string? Action(in SeriesKey key, string apiVersion) =>
        string.IsNullOrEmpty(key.Action) && apiVersion == EventApiVersion.EventsV1 ? key.Reason : key.Action;

    private static string Controller(in SeriesKey key, string apiVersion) =>
        apiVersion == EventApiVersion.CoreV1 ? key.Source.Component : QualifiedName.From(key.Source.Component);

    private string? Instance(SeriesWrite write, string apiVersion)
    {
        var given = FirstFilled(write.Batch.Details?.ReportingInstance, options.ReportingInstance, write.Series.Key.Source.Host);
        return apiVersion == EventApiVersion.CoreV1 ? given : Utf8Text.CutToBytes(given ?? Environment.MachineName, LongestInstance);
    }

    private static string? FirstFilled(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
                return text;
        }

        return null;
    }

    private IReadOnlyDictionary<string, string> Annotations(SeriesWrite write, DateTime now)
    {
        var mark = WriterMark.Value(write.Number, now, options.MarksKept);
        if (write.Batch.Details?.Annotations is not { Count: > 0 } && write.Batch.Values is null)
            return new SingleEntry(write.Series.Mark.Annotation, mark);
        var annotations = new Dictionary<string, string>(write.Batch.Details?.Annotations ?? KubeEvent.NoTexts) { [write.Series.Mark.Annotation] = mark };
        if (write.Batch.Values is { } values)
            annotations[ValueMark.Annotation] = values.Last.Hash;
        return annotations;
    }

    private Dictionary<string, string?> MarkedAnnotations(SeriesWrite write, List<string>? stale, DateTime now)
    {
        var annotations = new Dictionary<string, string?>();
        foreach (var name in stale ?? [])
            annotations[name] = null;
        foreach (var (name, value) in Annotations(write, now))
            annotations[name] = value;
        return annotations;
    }
}
