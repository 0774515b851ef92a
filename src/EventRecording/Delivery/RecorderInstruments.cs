using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EventRecording.Delivery;

/// <summary>What the recorder tells through System.Diagnostics; names, units and tags are public and documented in docs/observability.md.</summary>
internal static class RecorderInstruments
{
    public const string Name = "EventRecording";

    private static readonly string? Version = typeof(RecorderInstruments).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(Name, Version);
    private static readonly ActivitySource Activities = new(Name, Version);

    private static readonly Counter<long> Recorded = Meter.CreateCounter<long>(
        "eventrecording.occurrences.recorded", "{occurrence}", "Occurrences that were accepted.");

    private static readonly Counter<long> Settled = Meter.CreateCounter<long>(
        "eventrecording.occurrences.settled", "{occurrence}", "Occurrences that have their outcome.");

    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>(
        "eventrecording.occurrences.rejected", "{occurrence}", "Occurrences that were not accepted.");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "eventrecording.requests", "{request}", "Requests to the API server, each try counted.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "eventrecording.write.duration", "s", "Time from the first try of a write to its outcome.");

    public static void CountRecorded(int count = 1) => Recorded.Add(count);

    public static void CountRejected() => Rejected.Add(1);

    public static void CountRequest() => Requests.Add(1);

    public static void CountSettled(EventOutcomeKind kind, int count, bool combined, bool deferred)
    {
        if (count > 0 && Settled.Enabled)
            Settled.Add(count, new("outcome", Word(kind)), new("combined", combined), new("deferred", deferred));
    }

    public static void Measure(EventOutcomeKind kind, TimeSpan duration) => Duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", Word(kind)));

    /// <summary>One try of one write; <see langword="null"/> while nobody listens.</summary>
    public static Activity? StartTry(Correlation.SeriesWrite write)
    {
        var activity = Activities.StartActivity("eventrecording.write", ActivityKind.Client);
        activity?.SetTag("k8s.namespace.name", write.Series.Server?.Namespace);
        activity?.SetTag("eventrecording.event", write.Series.Server?.Name);
        activity?.SetTag("eventrecording.occurrences", write.Batch.Count);
        activity?.SetTag("eventrecording.try", write.Attempts);
        return activity;
    }

    public static void End(Activity? activity, WriteResult result)
    {
        activity?.SetTag("eventrecording.outcome", result.Outcome is { } outcome ? Word(outcome) : "retry");
        if (result.Error is not null)
            activity?.SetStatus(ActivityStatusCode.Error, result.Error.GetType().Name);
    }

    private static string Word(EventOutcomeKind kind) => kind switch
    {
        EventOutcomeKind.Created => "created",
        EventOutcomeKind.Counted => "counted",
        EventOutcomeKind.Unchanged => "unchanged",
        EventOutcomeKind.Refused => "refused",
        EventOutcomeKind.Failed => "failed",
        EventOutcomeKind.Unknown => "unknown",
        _ => "spooled",
    };
}
