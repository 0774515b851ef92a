using Microsoft.Extensions.Logging;

namespace EventRecording.Hosting;

/// <summary>Logs what did not reach the cluster, and why; of what comes again and again the number.</summary>
internal sealed partial class EventLog : IEventObserver, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger;
    private readonly object _lock = new();
    private readonly FailureTally _failures = new();
    private readonly SpoolOutage _outage = new();
    private readonly ITimer _timer;
    private volatile Exception? _latestError;
    private bool _timerIsSet;
    private bool _isDisposed;

    public EventLog(ILogger logger, TimeProvider time)
    {
        _logger = logger;
        // What runs for life is no part of the request in which it was made: not of its log scopes, either.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = time.CreateTimer(_ => EndInterval(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where events are kept that cannot be written; <see langword="null"/> for nowhere.</summary>
    public string? SpoolDirectory { get; set; }

    public void Settled(EventOutcome outcome, int count)
    {
        if (outcome.Kind == EventOutcomeKind.Spooled)
            Kept(outcome, count);
        else if (outcome.Kind is EventOutcomeKind.Created or EventOutcomeKind.Counted)
            Written();
    }

    public void Failed(EventFailure failure)
    {
        lock (_lock)
        {
            SetTimer();
            // Nobody would tell of what is counted now.
            if (!_failures.HasLine(failure) && !_isDisposed)
                return;
        }

        LogFailure(
            failure.Kind,
            failure.Count,
            SafeText.OneLine(failure.Occurrence?.Type),
            SafeText.OneLine(failure.Occurrence?.Reason),
            Text(failure.Occurrence?.Regarding),
            SafeText.OneLine(failure.Source.Component),
            SafeText.OneLine(failure.Error.Message));
    }

    public void Retrying(EventRetry retry)
    {
        _latestError = retry.Error;
        LogRetry(SafeText.OneLine(retry.Occurrence.Reason), Text(retry.Occurrence.Regarding), retry.Delay, SafeText.OneLine(retry.Error.Message));
    }

    public void Warned(string warning) => LogWarning(SafeText.OneLine(warning));

    public void Noticed(string notice) => LogNotice(SafeText.OneLine(notice));

    public void LostAtExit(long count)
    {
        TellNumbers();
        LogLost(count);
    }

    public void PluginSaid(string line) => LogPlugin(SafeText.OneLine(line));

    /// <summary>Tells all that was counted and not told yet: later may be never.</summary>
    public void TellNumbers()
    {
        IReadOnlyList<(EventFailure Latest, long Count)> counted;
        long? kept;
        lock (_lock)
        {
            counted = _failures.EndInterval();
            kept = _outage.TakeUntold();
        }

        Tell(counted);
        if (kept is { } number)
            LogKept(number, SafeText.OneLine(SpoolDirectory));
    }

    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _timer.Dispose();
        TellNumbers();
    }

    private static string Text(ObjectReference? regarding) =>
        string.IsNullOrEmpty(regarding?.Kind) && string.IsNullOrEmpty(regarding?.Name) ? "an object that cannot be read" : regarding!.ToString();

    private void Kept(EventOutcome outcome, int count)
    {
        lock (_lock)
        {
            SetTimer();
            if (!_outage.Kept(count))
                return;
        }

        LogOutage(SafeText.OneLine(SpoolDirectory), SafeText.OneLine(outcome.Error?.Message + WhyNotTried(outcome.Error)));
    }

    // The first that is kept at a stop may be one that was never tried, or whose try had not ended: another may tell what is wrong.
    private string WhyNotTried(Exception? error) => error is not ObjectDisposedException { InnerException: null }
        ? ""
        : _latestError is { } latest ? $" The last try of another: {latest.Message}" : " No try had been answered.";

    private void Written()
    {
        _latestError = null;
        if (!_outage.IsOn)
            return;
        lock (_lock)
            _outage.Written();
    }

    private void SetTimer()
    {
        if (!_timerIsSet)
            _timerIsSet = _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    private void EndInterval()
    {
        IReadOnlyList<(EventFailure Latest, long Count)> counted;
        long? kept;
        lock (_lock)
        {
            counted = _failures.EndInterval();
            kept = _outage.EndInterval();
            _timerIsSet = false;
            if (!_failures.IsEmpty || _outage.IsOn)
                SetTimer();
        }

        Tell(counted);
        if (kept is { } number)
            LogOutageIsOver(number, SafeText.OneLine(SpoolDirectory));
    }

    private void Tell(IReadOnlyList<(EventFailure Latest, long Count)> counted)
    {
        foreach (var (latest, count) in counted)
        {
            LogFailures(
                latest.Kind,
                count,
                SafeText.OneLine(latest.Occurrence?.Type),
                SafeText.OneLine(latest.Occurrence?.Reason),
                Text(latest.Occurrence?.Regarding),
                SafeText.OneLine(latest.Source.Component),
                SafeText.OneLine(latest.Error.Message));
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Kind}: {Count} x {Type} {Reason} on {Object} by {Component}: {Error}")]
    private partial void LogFailure(EventFailureKind kind, int count, string type, string reason, string @object, string component, string error);

    [LoggerMessage(7, LogLevel.Warning, "{Kind}: {Count} more, the latest {Type} {Reason} on {Object} by {Component}: {Error}")]
    private partial void LogFailures(EventFailureKind kind, long count, string type, string reason, string @object, string component, string error);

    [LoggerMessage(8, LogLevel.Warning, "Events are kept in {Directory} until the cluster takes them: {Error}")]
    private partial void LogOutage(string directory, string error);

    [LoggerMessage(9, LogLevel.Warning, "{Count} events were kept in {Directory} so far.")]
    private partial void LogKept(long count, string directory);

    [LoggerMessage(10, LogLevel.Information, "The cluster takes events again; {Count} were kept in {Directory}.")]
    private partial void LogOutageIsOver(long count, string directory);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(6, LogLevel.Information, "{Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(3, LogLevel.Debug, "{Reason} on {Object} is tried again in {Delay}: {Error}")]
    private partial void LogRetry(string reason, string @object, TimeSpan delay, string error);

    [LoggerMessage(4, LogLevel.Information, "The credential plugin says: {Line}")]
    private partial void LogPlugin(string line);

    [LoggerMessage(5, LogLevel.Warning, "Events that were not written before the process ended: {Count}")]
    private partial void LogLost(long count);
}
