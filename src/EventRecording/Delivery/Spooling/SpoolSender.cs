using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>What became of an entry that was to be sent.</summary>
internal enum SpoolSendResult
{
    /// <summary>It says nothing of the server: it is done with already or too old, or it is no entry.</summary>
    Skipped,

    /// <summary>It says nothing of the server: somebody else is sending it.</summary>
    Busy,

    /// <summary>The server has answered, and it has its outcome.</summary>
    Done,

    /// <summary>It waits for another try.</summary>
    Left,

    /// <summary>It waits, and so should all others: nobody answers.</summary>
    NoAnswer,
}

/// <summary>What became of an entry, and for one that waits what stands in its way.</summary>
internal readonly record struct SpoolTry(SpoolSendResult Result, Exception? Error = null)
{
    /// <summary>Another try soon may go better: not where the server cannot even be reached.</summary>
    public bool MayGoSoon => Result == SpoolSendResult.Busy || (Error is { } error and not EventStoreException { WasNotSent: true } && WriteErrors.IsPassing(error));
}

/// <summary>Brings one entry of the spool to the server, under its lock and its own mark.</summary>
internal sealed class SpoolSender(
    EventBroadcasterOptions options, SpoolDirectory directory, IEventSink sink, ServerCapabilities capabilities, MonotonicClock clock, OutcomeCounters counters, Notifier notifier, IBatchListener listener)
{
    private const int MostTries = 3;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly SpoolOptions _spool = options.Spool!;
    private readonly RetrySchedule _retries = new(options.Random);
    private readonly SeriesWriter _writer = new(sink, capabilities, options with { WriteDeadline = EventBroadcasterOptions.LongestWriteDeadline }, clock);
    private readonly ConcurrentDictionary<SpoolFileName, IOException> _undeletable = new();

    /// <summary>Sends an entry, unless another process does.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="asksFirst">Sends nothing if the server does not answer a harmless question: a request without an answer makes the entry's fate uncertain.</param>
    /// <param name="noMore">Ends the waiting between tries.</param>
    /// <param name="abort">Ends the request in flight; a sink that does not hear it is waited for a moment longer.</param>
    /// <exception cref="IOException">The file cannot be used, which says nothing of the server.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public async Task<SpoolTry> SendAsync(SpoolFileName name, bool asksFirst, CancellationToken noMore, CancellationToken abort)
    {
        if (_undeletable.TryGetValue(name, out var error))
            throw error;
        using var file = directory.TryOpen(name);
        if (file is null)
            return new SpoolTry(directory.Has(name) ? SpoolSendResult.Busy : SpoolSendResult.Skipped);
        if (Read(file, name) is not { } entry)
            return new SpoolTry(SpoolSendResult.Skipped);
        return await SendAsync(file, name, entry, asksFirst, noMore, abort).ConfigureAwait(false);
    }

    private SpoolEntry? Read(SpoolFile file, SpoolFileName name)
    {
        try
        {
            var entry = file.Read(name);
            if (entry.Cluster == _spool.Cluster && entry.User == _spool.User)
                return entry;
            throw new InvalidDataException("its name is that of another cluster or user");
        }
#pragma warning disable CA1031 // Anything may be in a file; it must not stop what comes after it.
        catch (Exception error) when (error is not (IOException or UnauthorizedAccessException))
#pragma warning restore CA1031
        {
            var path = directory.SetAside(name);
            counters.TookOver(name.Count);
            notifier.Damaged(name.Count, new SpoolException($"A file of the spool is damaged and was set aside as {path}: {error.Message}.", error), listener);
            return null;
        }
    }

    private async Task<SpoolTry> SendAsync(
        SpoolFile file, SpoolFileName name, SpoolEntry entry, bool asksFirst, CancellationToken noMore, CancellationToken abort)
    {
        var sentAt = file.State.SentAt ?? clock.TimeOfDay;
        var write = entry.ToWrite(file.State, suffix => file.Write(new SpoolState(sentAt, suffix)));
        if (TooOld(file.State, entry) is { } tooOld)
        {
            Settle(file, name, write, tooOld);
            return new SpoolTry(SpoolSendResult.Skipped);
        }

        using var requests = new RequestCancellation(options.RequestTimeout, options.TimeProvider, counters.Requested);
        using var aborting = abort.Register(requests.Abort);
        if (asksFirst && await AskAsync(write, requests, abort).ConfigureAwait(false) is { } error)
            return new SpoolTry(SpoolSendResult.NoAnswer, error);

        // Before the first request: whoever finds the file after us must look for the mark.
        file.Write(file.State with { SentAt = sentAt });
        var result = await TryAsync(write, requests, noMore, abort).ConfigureAwait(false);
        if (IsFinal(result))
        {
            Settle(file, name, write, result);
            return new SpoolTry(SpoolSendResult.Done);
        }

        if (!write.MayBeApplied)
            file.Write(new SpoolState(null));
        return new SpoolTry(SpoolSendResult.Left, result.Error);
    }

    private WriteResult? TooOld(SpoolState state, SpoolEntry entry)
    {
        var now = clock.TimeOfDay;
        // A time in the future says that a clock was set: nothing is sure then.
        if (state.SentAt is { } sentAt && (now - sentAt).Duration() > _spool.EventTimeToLive)
            return WriteResult.GivenUp(answerLost: true, new SpoolException($"The answer to a request of {sentAt:u} was lost, and its event may have expired since: whether it was applied cannot be found out any more, and it is not sent again."));
        if (now - entry.KeptSince > _spool.LongestAge)
            return WriteResult.GivenUp(answerLost: state.SentAt is not null, new SpoolException($"The event lay in the spool since {entry.KeptSince:u}, longer than allowed ({_spool.LongestAge})."));
        return null;
    }

    // Any answer of the server will do, also that there is no such event, or no right to it.
    /// <returns>Why the server does not answer; <see langword="null"/> if it does.</returns>
    private async Task<Exception?> AskAsync(SeriesWrite write, RequestCancellation requests, CancellationToken abort)
    {
        var known = write.Series.Event!;
        try
        {
            return known.IsIn(await HearAsync(sink.PatchAsync(known.ToRead(), requests.Begin(options.WriteDeadline)), abort).ConfigureAwait(false))
                ? null
                : new EventStoreException("What answers is not the API server.") { IsTransient = false };
        }
#pragma warning disable CA1031 // Whatever a sink throws: the entry stays where it is.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error is KubernetesApiException answer && WriteErrors.IsRefusal(answer) ? null : error;
        }
        finally
        {
            requests.End();
        }
    }

    private async Task<WriteResult> TryAsync(SeriesWrite write, RequestCancellation requests, CancellationToken noMore, CancellationToken abort)
    {
        while (true)
        {
            var result = await TryOnceAsync(write, requests, abort).ConfigureAwait(false);
            var now = clock.Now;
            if (result.Outcome is not null || write.Attempts == MostTries
                || _retries.Next(write.Attempts, result.Error!, now, write.Deadline) is not { } due || due - now > LongestWait)
                return result;
            try
            {
                await Task.Delay(due - now, options.TimeProvider, noMore).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return result;
            }
        }
    }

    private async Task<WriteResult> TryOnceAsync(SeriesWrite write, RequestCancellation requests, CancellationToken abort)
    {
        try
        {
            return await HearAsync(_writer.TryWriteAsync(write, requests), abort).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            // Nothing more is sent for it, and whoever sends the entry next looks for what was.
            return WriteResult.GivenUp(write.MayBeApplied, error);
        }
    }

    /// <exception cref="TimeoutException">It was cancelled for good, and the sink does not hear that.</exception>
    private static async Task<T> HearAsync<T>(ValueTask<T> running, CancellationToken abort)
    {
        var task = running.AsTask();
        try
        {
            return await task.WaitAsync(abort).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return await task.WaitAsync(DeliveryLoop.AbortedAreHeardFor, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static bool IsFinal(WriteResult result) =>
        result.Outcome is EventOutcomeKind.Created or EventOutcomeKind.Counted or EventOutcomeKind.Refused;

    private void Settle(SpoolFile file, SpoolFileName name, SeriesWrite write, WriteResult result)
    {
        counters.TookOver(write.Batch.Count);
        write.Batch.AddBatchListener(listener, write.Batch.Count);
        notifier.Settled(write.Series.Key, write.Batch, result, write.Attempts, wasSpooled: true);
        try
        {
            file.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw _undeletable[name] = new IOException($"{name} is done with but cannot be deleted: {error.Message}", error);
        }
    }
}
