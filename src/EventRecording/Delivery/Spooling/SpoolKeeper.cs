using System.Threading.Channels;

namespace EventRecording;

/// <summary>Puts into the spool what the loop gives up: beside the loop while it runs, directly when it ends.</summary>
internal sealed class SpoolKeeper
{
    private readonly EventBroadcasterOptions _options;
    private readonly SpoolOptions _spool;
    private readonly SpoolDirectory _directory;
    private readonly EventPlacement _placement;
    private readonly MonotonicClock _clock;
    private readonly Action _kept;
    private readonly Channel<(SpoolBatch Batch, WriteResult Result, Action<WriteResult> Done)> _queue =
        Channel.CreateUnbounded<(SpoolBatch, WriteResult, Action<WriteResult>)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _run;
    private long _handled;

    public SpoolKeeper(EventBroadcasterOptions options, SpoolDirectory directory, ServerCapabilities capabilities, MonotonicClock clock, Action kept)
    {
        _options = options;
        _spool = options.Spool!;
        _directory = directory;
        _placement = new EventPlacement(capabilities, options);
        _clock = clock;
        _kept = kept;
        _run = Task.Run(RunAsync);
    }

    /// <summary>How many batches were kept, or could not be.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Keeps a batch on another thread, and says there what became of it.</summary>
    public void Post(SpoolBatch batch, WriteResult result, Action<WriteResult> done) => _queue.Writer.TryWrite((batch, result, done));

    /// <summary>Keeps all that was posted; afterwards nothing can be.</summary>
    public Task CompleteAsync()
    {
        _queue.Writer.TryComplete();
        return _run;
    }

    /// <summary>Keeps a batch.</summary>
    /// <returns>Spooled, or the given result with an error that says also why it could not be kept.</returns>
    public WriteResult Keep(in SpoolBatch batch, WriteResult result)
    {
        try
        {
            var ownSuffix = batch is { Sent: not null, Event: { HasOwnName: true } known } ? known.Suffix : null;
            _directory.Keep(new SpoolState(batch.Sent?.At, ownSuffix), Entry(batch));
            _kept();
            return WriteResult.Spooled(result.Error!);
        }
#pragma warning disable CA1031 // Whatever goes wrong with the disk, the occurrences have an outcome.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return WriteResult.GivenUp(batch.Sent is not null, new SpoolException(
                $"The event was not written: {result.Error!.Message.TrimEnd('.')}. It could not be kept in the spool either: {error.Message}", result.Error));
        }
        finally
        {
            Interlocked.Increment(ref _handled);
        }
    }

    private async Task RunAsync()
    {
        await foreach (var (batch, result, done) in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
            done(Keep(batch, result));
    }

    private SpoolEntry Entry(in SpoolBatch batch)
    {
        // What was never sent gets a mark of its own: that of its series goes on being used.
        var sent = batch.Sent ?? new SentWrite(new WriterMark(), 1, default);
        var apiVersion = batch.Event?.ApiVersion ?? _placement.GroupFor(batch.Key);
        var eventNamespace = batch.Event?.Namespace ?? _placement.NamespaceFor(batch.Key.Regarding.Namespace, apiVersion);
        var details = batch.Batch.Details;
        return new SpoolEntry
        {
            Cluster = _spool.Cluster,
            User = _spool.User,
            KeptSince = _clock.TimeOfDay,
            WriterId = sent.Mark.WriterId,
            Number = sent.Number,
            Key = batch.Key,
            ApiVersion = apiVersion,
            Namespace = eventNamespace,
            Suffix = batch.Event is { HasOwnName: false } known ? known.Suffix : "",
            Annotations = details?.Annotations,
            Labels = details?.Labels,
            ReportingInstance = details?.ReportingInstance ?? _options.ReportingInstance,
            LatestMessage = batch.Batch.LatestMessage,
            Count = batch.Batch.Count,
            First = batch.Batch.First,
            Last = batch.Batch.Last,
        };
    }
}
