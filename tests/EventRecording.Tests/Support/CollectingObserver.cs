namespace EventRecording.Tests.Support;

/// <summary>Keeps what a broadcaster tells its observers.</summary>
internal sealed class CollectingObserver : IEventObserver
{
    private readonly object _lock = new();
    private readonly List<Occurrence> _accepted = [];
    private readonly List<(EventOutcome Outcome, int Count)> _settled = [];
    private readonly List<EventFailure> _failures = [];
    private readonly List<EventRetry> _retries = [];
    private readonly List<string> _warnings = [];
    private readonly List<string> _notices = [];
    private readonly List<long> _lost = [];

    /// <summary>Each as often as it was accepted.</summary>
    public IReadOnlyList<Occurrence> AcceptedOccurrences => Copy(_accepted);

    public IReadOnlyList<(EventOutcome Outcome, int Count)> Outcomes => Copy(_settled);

    public IReadOnlyList<EventFailure> Failures => Copy(_failures);

    public IReadOnlyList<EventRetry> Retries => Copy(_retries);

    /// <summary>Those of <see cref="Notices"/> that are warnings.</summary>
    public IReadOnlyList<string> Warnings => Copy(_warnings);

    public IReadOnlyList<string> Notices => Copy(_notices);

    public IReadOnlyList<long> Lost => Copy(_lost);

    public void Accepted(EventReporter source, Occurrence occurrence, int count)
    {
        lock (_lock)
            _accepted.AddRange(Enumerable.Repeat(occurrence, count));
    }

    public void Settled(EventOutcome outcome, int count) => Add(_settled, (outcome, count));

    public void Failed(EventFailure failure) => Add(_failures, failure);

    public void Retrying(EventRetry retry) => Add(_retries, retry);

    public void Warned(string warning)
    {
        Add(_warnings, warning);
        Add(_notices, warning);
    }

    public void Noticed(string notice) => Add(_notices, notice);

    public void LostAtExit(long count) => Add(_lost, count);

    private void Add<T>(List<T> list, T item)
    {
        lock (_lock)
            list.Add(item);
    }

    private List<T> Copy<T>(List<T> list)
    {
        lock (_lock)
            return [.. list];
    }
}
