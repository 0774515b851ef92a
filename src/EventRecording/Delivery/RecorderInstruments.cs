using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace EventRecording;

/// <summary>What the recorder tells through System.Diagnostics; names, units and tags are public and documented in docs/observability.md.</summary>
internal static class RecorderInstruments
{
    public const string Name = "EventRecording";

    private const string ErrorTag = "error.type";

    private static readonly string? Version = typeof(RecorderInstruments).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(Name, Version);
    private static readonly ActivitySource Activities = new(Name, Version);

    private static readonly Counter<long> Recorded = Meter.CreateCounter<long>(
        "eventrecording.occurrences.recorded", "{occurrence}", "Occurrences that were accepted, or taken over from the spool.");

    private static readonly Counter<long> Settled = Meter.CreateCounter<long>(
        "eventrecording.occurrences.settled", "{occurrence}", "Occurrences that have their outcome.");

    private static readonly Counter<long> Rejected = Meter.CreateCounter<long>(
        "eventrecording.occurrences.rejected", "{occurrence}", "Occurrences that were not accepted.");

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "eventrecording.requests", "{request}", "Requests to the API server, each try counted.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "eventrecording.write.duration", "s", "Time from the first try of a write to its outcome.");

    private static int _limit;

    // Its value counts whenever somebody begins to listen.
    static RecorderInstruments() => Meter.CreateObservableUpDownCounter(
        "eventrecording.writes.limit", static () => Volatile.Read(ref _limit), "{write}", "Writes that may run at a time, as found by the server's answers.");

    public static void CountRecorded(int count = 1) => Add(Recorded, count);

    public static void CountRejected() => Add(Rejected, 1);

    public static void CountRequest() => Add(Requests, 1);

    public static void AddToLimit(int writes) => Interlocked.Add(ref _limit, writes);

    public static void CountSettled(EventOutcomeKind kind, int count, bool combined, bool deferred)
    {
        if (Settled.Enabled)
            Guard((kind, count, combined, deferred), static it => Settled.Add(it.count, new("outcome", Word(it.kind)), new("combined", it.combined), new("deferred", it.deferred)));
    }

    /// <param name="kind">The outcome of the write.</param>
    /// <param name="duration">Time from its first try.</param>
    /// <param name="error">Why it is not on the server; <see langword="null"/> if it is.</param>
    public static void Measure(EventOutcomeKind kind, TimeSpan duration, Exception? error)
    {
        if (Duration.Enabled)
            Guard((kind, duration, error), static it => Duration.Record(it.duration.TotalSeconds, Tags(it.kind, it.error)));
    }

    /// <summary>One try of one write; <see langword="null"/> while nobody listens.</summary>
    public static Activity? StartTry(SeriesWrite write)
    {
        Activity? activity = null;
        if (Activities.HasListeners())
            activity = Guard(0, static _ => Activities.StartActivity("eventrecording.write", ActivityKind.Client));
        activity?.SetTag("k8s.namespace.name", write.Series.Event?.Namespace);
        activity?.SetTag("eventrecording.event", write.Series.Event?.Name);
        activity?.SetTag("eventrecording.occurrences", write.Batch.Count);
        activity?.SetTag("eventrecording.try", write.Attempts);
        return activity;
    }

    public static void End(Activity? activity, WriteResult result)
    {
        activity?.SetTag("eventrecording.outcome", result.Outcome is { } outcome ? Word(outcome) : "retry");
        if (result.Error is not null)
        {
            activity?.SetTag(ErrorTag, ErrorType(result.Error));
            activity?.SetStatus(ActivityStatusCode.Error, result.Error.GetType().Name);
        }

        if (activity is not null)
            Guard(activity, static it => it.Dispose());
    }

    // Mostly nobody listens; then one check of a flag is all that counting costs.
    private static void Add(Counter<long> counter, int count)
    {
        if (counter.Enabled)
            Guard((counter, count), static it => it.counter.Add(it.count));
    }

    private static void Guard<T>(T state, Action<T> tell) => Guard((state, tell), static it =>
    {
        it.tell(it.state);
        return true;
    });

    private static TResult? Guard<T, TResult>(T state, Func<T, TResult?> tell)
    {
        try
        {
            return tell(state);
        }
#pragma warning disable CA1031 // A listener's trouble is not the recorder's.
        catch (Exception)
#pragma warning restore CA1031
        {
            return default;
        }
    }

    private static TagList Tags(EventOutcomeKind kind, Exception? error)
    {
        var tags = new TagList { { "outcome", Word(kind) } };
        if (error is not null)
            tags.Add(ErrorTag, ErrorType(error));
        return tags;
    }

    // As the semantic conventions of OpenTelemetry have it: few values, the status of an answer or the type of the exception.
    private static string ErrorType(Exception error) => error is KubernetesApiException { Status.Code: var code }
        ? code.ToString(CultureInfo.InvariantCulture)
        : error.GetType().FullName!;

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
