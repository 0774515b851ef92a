using System.Collections;

namespace EventRecording.PowerShell;

/// <summary>A recorder that <c>New-KubeEventRecorder</c> made; its methods are those of Go's recorder: they never wait, never fail, and give nothing back.</summary>
/// <remarks>
/// An object is what the cmdlets take: one with apiVersion, kind and metadata, or <c>kind/name</c>, which is looked up first, as is where an object is that has neither namespace nor uid. What did not reach the server is
/// reported by <c>Sync-KubeEvent</c> and counted in <see cref="Statistics"/>.
/// </remarks>
public sealed class KubeEventRecorder : IDisposable
{
    private readonly Lease<ClusterSession> _lease;
    private readonly EventBroadcaster _broadcaster;
    private readonly EventRecorder _recorder;
    private readonly RecorderLookups _lookups;
    private readonly NotAccepted _notAccepted = new();
    private int _disposed;

    // Takes the lease over, whether or not it comes to be.
    internal KubeEventRecorder(Lease<ClusterSession> lease, EventReporter source, string? instance, string? inNamespace)
    {
        _lease = lease;
        try
        {
            _broadcaster = lease.Value.NewBroadcaster(PowerShellObjects.Reader, instance, _notAccepted);
            _recorder = _broadcaster.NewRecorder(source);
        }
        catch
        {
            _broadcaster?.Dispose();
            lease.Dispose();
            throw;
        }

        _lookups = new RecorderLookups(lease.Value, inNamespace);
        Session.Background.Add(this);
    }

    /// <summary>In whose name it records. Column From of <c>kubectl describe</c>.</summary>
    public string Component => _recorder.Source.Component;

    /// <summary>Host, where that matters.</summary>
    public string HostName => _recorder.Source.Host;

    /// <summary>What it did so far.</summary>
    public EventStatistics Statistics
    {
        get
        {
            var statistics = _broadcaster.Statistics;
            return statistics with { Rejected = statistics.Rejected + _notAccepted.NotOffered };
        }
    }

    internal ClusterSession Session => _lease.Value;

    /// <summary>It accepts nothing more.</summary>
    internal bool IsClosed => Volatile.Read(ref _disposed) != 0;

    /// <summary>What whoever records with it then has to know.</summary>
    internal const string Closed = "The recorder is closed, by Dispose or since its module was removed or its runspace has ended: make another one with New-KubeEventRecorder.";

    /// <summary>Records that something happened to an object. The message is taken as it is.</summary>
    /// <param name="regarding">The object.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">Why, in one UpperCamelCase word.</param>
    /// <param name="message">What happened, for people.</param>
    public void Event(object regarding, string type, string reason, string message) =>
        Record(regarding, type, reason, message, on => _recorder.Event(on, PowerShellObjects.TypeOf(type), reason, message));

    /// <summary>As <see cref="Event"/>, with a message in .NET's composite format: <c>$recorder.Eventf($redis, 'Normal', 'ScaledUp', '{0} replicas', 3)</c>.</summary>
    public void Eventf(object regarding, string type, string reason, string format, params object?[] args)
    {
        var values = Values(args);
        Record(regarding, type, reason, format, on => _recorder.Eventf(on, PowerShellObjects.TypeOf(type), reason, format, values));
    }

    /// <summary>As <see cref="Eventf"/>, with annotations on the event, as a hashtable.</summary>
    public void AnnotatedEventf(object regarding, IDictionary annotations, string type, string reason, string format, params object?[] args)
    {
        var (texts, values) = (PowerShellObjects.Texts(annotations) ?? [], Values(args));
        Record(regarding, type, reason, format, on => _recorder.AnnotatedEventf(on, texts, PowerShellObjects.TypeOf(type), reason, format, values));
    }

    /// <summary>Writes all that was recorded, what the rate limit holds back included, and waits until everything has an outcome.</summary>
    /// <returns>What was pending and is written now, and what was not written: with what was not accepted since the last flush, and what was recorded on objects that were not found: a thousand of these one by one, those beyond in one failure without an occurrence. <see cref="Statistics"/> counts all since the recorder was made.</returns>
    public FlushResult Flush() => StoppableWait.For(FlushAsync(null, CancellationToken.None));

    /// <summary>As <see cref="Flush()"/>, for so many seconds at most; what is pending then goes on being tried.</summary>
    public FlushResult Flush(double seconds) => StoppableWait.For(FlushAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None));

    /// <summary>Writes what is pending, for 10 seconds at most, and accepts nothing more.</summary>
    public void Dispose() => StoppableWait.For(CloseAsync(ClusterSession.CloseDeadline));

    /// <summary>The session, for as long as the recorder is not disposed.</summary>
    internal Lease<ClusterSession> Lease() => new(Session, static () => { });

    internal async Task<FlushResult> FlushAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (IsClosed)
            return new FlushResult(0, 0, _notAccepted.Take().ToArray());
        var deadline = new Deadline(Session.Time, timeout);
        var looking = _lookups.CompleteAsync(timeout, cancellationToken);
        var waited = !looking.IsCompleted;
        var flushed = await FlushAcceptedAsync(timeout, cancellationToken).ConfigureAwait(false);
        var unfound = await looking.ConfigureAwait(false);
        // What was found meanwhile is recorded by now.
        if (waited)
        {
            var last = await FlushAcceptedAsync(deadline.Left, cancellationToken).ConfigureAwait(false);
            flushed = last with { Written = flushed.Written + last.Written, Failures = [.. flushed.Failures, .. last.Failures] };
        }

        // An array: PowerShell can pick its items by number.
        return flushed with { Pending = flushed.Pending + unfound, Failures = _notAccepted.Take().Concat(flushed.Failures).ToArray() };
    }

    internal Task EnqueueAsync(Occurrence occurrence, CancellationToken cancellationToken) => _recorder.EnqueueAsync(occurrence, cancellationToken);

    internal async Task CloseAsync(TimeSpan timeout)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Session.Background.Remove(this);
        var deadline = new Deadline(Session.Time, timeout);
        // A server that does not say where an object is costs others no more than half of the time, and those that the rate limit holds none.
        var looking = _lookups.CompleteAsync(timeout / 2, CancellationToken.None);
        if (!looking.IsCompleted)
            await Task.WhenAll(looking, _broadcaster.FlushAsync(timeout / 2)).ConfigureAwait(false);
        await _broadcaster.CloseAsync(deadline.Left!.Value).ConfigureAwait(false);
        _lease.Dispose();
    }

    private async Task<FlushResult> FlushAcceptedAsync(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await _broadcaster.FlushAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (IsClosed)
        {
            // Another runspace was faster; what it could not write is reported.
            return new FlushResult(0, 0, []);
        }
    }

    private void Record(object regarding, string type, string reason, string message, Action<object> record)
    {
        var given = PowerShellObjects.Unwrap(regarding);
        var target = PowerShellObjects.Target(given);
        if (IsClosed)
            NotOffered(new ObjectDisposedException(null, Closed));
        else if (target is not null && MustBeFound(given, target))
            _lookups.WhenFound(target, record, NotOffered);
        else
            record(given!);

        void NotOffered(Exception error)
        {
            var occurrence = new Occurrence { Regarding = new ObjectReference(), Type = PowerShellObjects.TypeOf(type), Reason = reason ?? "", Message = message ?? "" };
            var what = EventText.Of(occurrence.Type, occurrence.Reason, occurrence.Message);
            Session.Background.Fail(RecordingError.Of(EventFailureKind.Rejected, error, given, what, target?.ToText() ?? "the given object"), 1);
            _notAccepted.AddNotOffered(_recorder.Source, occurrence, error);
        }
    }

    private static bool MustBeFound(object? given, ObjectTarget target) => given is string || target switch
    {
        NamedTarget => true,
        KnownTarget { Reference: var known } => !TargetResolver.SaysWhere(known),
        _ => false,
    };

    // A single value that is $null comes as no array.
    private static object?[] Values(object?[]? args) => [.. (args ?? [null]).Select(PowerShellObjects.Unwrap)];
}
