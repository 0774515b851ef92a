namespace EventRecording;

/// <summary>How a broadcaster records.</summary>
public sealed record EventBroadcasterOptions
{
    /// <summary>The longest write deadline. 5 minutes later, for clocks that differ, the mark of a write is of no use to anybody, and others remove it.</summary>
    internal static readonly TimeSpan LongestWriteDeadline = TimeSpan.FromMinutes(10);

    /// <summary>Timers take no more.</summary>
    internal static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    private const int LargestBurst = 10_000;
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    /// <summary>The API group through which new series are written; a role that allows only the other one makes them use that.</summary>
    /// <value>Default: <see cref="EventApiVersion.CoreV1"/>.</value>
    public string ApiVersion { get; init; } = EventApiVersion.CoreV1;

    /// <summary>Which of several replicas this is; at most 128 bytes of UTF-8 in events.k8s.io/v1.</summary>
    /// <value>Default: the source's host in core/v1; in events.k8s.io/v1, which requires it, else the name of the machine.</value>
    public string? ReportingInstance { get; init; }

    /// <summary>Combining of similar events; <see langword="null"/> switches it off.</summary>
    /// <value>Default: on, with client-go's numbers.</value>
    public CombiningOptions? Combining { get; init; } = new();

    /// <summary>The rate limit; <see langword="null"/> switches it off.</summary>
    /// <value>Default: on, with client-go's numbers.</value>
    public RateLimitOptions? RateLimit { get; init; } = new();

    /// <summary>Accepts types other than Normal and Warning; core/v1 takes them, events.k8s.io/v1 answers 422.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool AllowOtherTypes { get; init; }

    /// <summary>Occurrences that may wait to be taken one by one. When they are so many, what repeats is counted, as many different ones again; then <c>Event</c> says <see langword="false"/>. <c>RecordAsync</c> waits for room.</summary>
    /// <value>Default: 16,384 (about 100 bytes each, 250 for what is counted).</value>
    public int IntakeCapacity { get; init; } = 16_384;

    /// <summary>Series that may be pending or in flight at the same time; while they are so many, the intake waits.</summary>
    /// <value>Default: 32,768 (about 1 kB each).</value>
    public int SeriesCapacity { get; init; } = 32_768;

    /// <summary>Series with nothing pending that are remembered, with what is known of their events; the least recently used one is forgotten first.</summary>
    /// <remarks>A forgotten series finds its event again by its name, at the price of two more requests; its rate limit and its part in combining begin anew.</remarks>
    /// <value>Default: 4,096, as in client-go.</value>
    public int IdleSeriesCapacity { get; init; } = 4_096;

    /// <summary>Writes in flight at the same time, at most. How many there are follows the server: fewer where its answers begin to wait for each other, or where it says 429.</summary>
    /// <remarks>A write that has hung for twice as long as answers take (250 ms at least, 1 s at most) for each of its requests does not count while the server answers others: up to 8 are in flight for each, and 256 in all.</remarks>
    /// <value>Default: 128, or what the sink bears (<see cref="IEventSink.MaxConcurrentWrites"/>), if that is less; a number up to 4 is fixed.</value>
    public int MaxConcurrentWrites { get; init; } = 128;

    /// <summary>How long a sink may take for one request, with all that it has to do before it can send one, until it is cancelled. For a sink that has no times of its own.</summary>
    /// <value>Default: <see langword="null"/>, until the write's deadline.</value>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>How long a write is tried, counted from its first try; time held by the rate limit does not count.</summary>
    /// <value>Default: 2 minutes; at most 10 minutes.</value>
    public TimeSpan WriteDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>SIGTERM and SIGHUP write what is pending, or keep it in the spool, within 2 s before the process ends.</summary>
    /// <value>Default: <see langword="true"/>. A program that handles the signals, goes on and disposes afterwards switches it off; in a generic host, which does so, it is off unless the code or the configuration asks for it.</value>
    public bool FlushOnSignals { get; init; } = true;

    /// <summary>How long <c>DisposeAsync</c> goes on writing what is pending; in a generic host, how long after it began to stop.</summary>
    /// <remarks>What is left then is spooled and reported, which must come before the process is killed: 30 seconds after a pod is told to end, by default.</remarks>
    /// <value>Default: 20 seconds.</value>
    public TimeSpan DisposeDeadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Keeps on disk what could not be written in time, for a later recorder; <see langword="null"/> switches it off.</summary>
    /// <value>Default: off.</value>
    public SpoolOptions? Spool { get; init; }

    /// <summary>Who is told of what was accepted, of outcomes, failures and notices.</summary>
    public IReadOnlyList<IEventObserver> Observers { get; init; } = [];

    /// <summary>Reads the objects that events are about, where they are no <see cref="ObjectReference"/>.</summary>
    /// <value>Default: <see cref="ObjectReferenceReader.Default"/>.</value>
    public ObjectReferenceReader ObjectReader { get; init; } = ObjectReferenceReader.Default;

    /// <summary>The clock.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The source of randomness for jitter and fallback names; must be safe to call from any thread. Not for writer ids: two replicas with the same seed would take each other's writes for their own.</summary>
    /// <value>Default: <see cref="System.Random.Shared"/>.</value>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Writes in flight that no server is too tired for; as many as <see cref="MaxConcurrentWrites"/> fix the number.</summary>
    internal int FewestConcurrentWrites { get; init; } = 4;

    /// <summary>After this time at the end of a deadline an observer that has returned from nothing is waited for no longer.</summary>
    internal TimeSpan ObserverPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After this time at the end of a deadline in which nothing at all was done a sink that blocks, or a disk that hangs, is waited for no longer. A busy machine stands still for a second or two.</summary>
    internal TimeSpan StandstillPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Measures how long threads and disks are waited for: they take real time, whatever the clock of the recorder says.</summary>
    internal TimeProvider RealTime { get; init; } = TimeProvider.System;

    /// <summary>How long other writers leave our marks on an event.</summary>
    internal TimeSpan MarksKept => Spool is null ? LongestWriteDeadline + ClockDifference : MarksKeptFor(Spool.EventTimeToLive);

    /// <summary>How long the rate limit holds a write at most.</summary>
    internal TimeSpan LongestRateLimitWait => Spool is { EventTimeToLive: var lives } && lives / 2 < RateLimit!.LongestWait ? lives / 2 : RateLimit!.LongestWait;

    /// <summary>How long the marks must stay if a write may be asked for as long as its event lives: its last request is later than its first, and so is the answer of who asks.</summary>
    internal static TimeSpan MarksKeptFor(TimeSpan eventTimeToLive) => eventTimeToLive + LongestWriteDeadline + LongestWriteDeadline + ClockDifference;

    internal void Validate()
    {
        if (ApiVersion is not (EventApiVersion.CoreV1 or EventApiVersion.EventsV1))
            throw new ArgumentException($"ApiVersion is '{ApiVersion}': events are written through '{EventApiVersion.CoreV1}' or '{EventApiVersion.EventsV1}'.");

        Given(Observers, nameof(Observers), "an empty list for none");
        for (var i = 0; i < Observers.Count; i++)
            Given(Observers[i], $"Observers[{i}]", "leave it out");
        Given(ObjectReader, nameof(ObjectReader), "ObjectReferenceReader.Default");
        Given(TimeProvider, nameof(TimeProvider), "TimeProvider.System");
        Given(Random, nameof(Random), "Random.Shared");
        AtLeast(IntakeCapacity, 1, nameof(IntakeCapacity));
        AtLeast(SeriesCapacity, 1, nameof(SeriesCapacity));
        AtLeast(IdleSeriesCapacity, 0, nameof(IdleSeriesCapacity));
        AtLeast(MaxConcurrentWrites, 1, nameof(MaxConcurrentWrites));
        if (RequestTimeout is { } timeout)
            Positive(timeout, nameof(RequestTimeout));
        if (WriteDeadline > LongestWriteDeadline)
            throw new ArgumentException($"WriteDeadline is {WriteDeadline}: at most {LongestWriteDeadline}, since other writers rely on it when they tidy up.");
        Positive(WriteDeadline, nameof(WriteDeadline));
        if (DisposeDeadline < TimeSpan.Zero)
            throw new ArgumentException($"DisposeDeadline is {DisposeDeadline}: not less than zero.");
        AtMost(DisposeDeadline, nameof(DisposeDeadline));
        Spool?.Validate();
        if (Combining is { } combining)
        {
            AtLeast(combining.Threshold, 2, "Combining.Threshold");
            Positive(combining.Window, "Combining.Window");
        }

        if (RateLimit is { } limit)
        {
            AtLeast(limit.Burst, 1, "RateLimit.Burst");
            if (limit.Burst > LargestBurst)
                throw new ArgumentException($"RateLimit.Burst is {limit.Burst}: at most {LargestBurst}; RateLimit = null switches the limit off.");
            Positive(limit.Refill, "RateLimit.Refill");
            Positive(limit.LongestWait, "RateLimit.LongestWait");
        }
    }

    private static void Given(object? value, string name, string instead)
    {
        if (value is null)
            throw new ArgumentException($"{name} is null: {instead}.");
    }

    private static void AtLeast(int value, int least, string name)
    {
        if (value < least)
            throw new ArgumentException($"{name} is {value}: at least {least}.");
    }

    private static void Positive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
            throw new ArgumentException($"{name} is {value}: more than zero.");
        AtMost(value, name);
    }

    private static void AtMost(TimeSpan value, string name)
    {
        if (value > LongestTimer)
            throw new ArgumentException($"{name} is {value}: at most {LongestTimer.TotalDays:0} days.");
    }
}
