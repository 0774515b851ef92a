using System.Collections.Concurrent;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Looks up objects, and what owns what, while a watch goes on: waits for a server that is away, but not for a resource that alone fails.</summary>
/// <param name="session">Looks objects up.</param>
/// <param name="output">Is told what cannot be looked up.</param>
/// <param name="consequence">What follows from it, as the beginning of a warning.</param>
internal sealed class WatchLookup(ClusterSession session, MessagePump output, string consequence)
{
    private const string AllKinds = "";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // All other events wait as long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);

    // Kinds whose objects were given up, and when: a webhook that is down answers for none of them.
    private readonly ConcurrentDictionary<string, long> _givenUp = [];
    private volatile string? _stuck;
    private int _warned;

    /// <summary>What all events wait for, as the end of a sentence; <see langword="null"/> for nothing.</summary>
    public string? Stuck => _stuck;

    /// <summary>The object that is there, perhaps another one of the same name; <see langword="null"/> if none is, or it cannot be looked up.</summary>
    /// <param name="reference">The object.</param>
    /// <param name="ns">A namespace whose events may be listed, as a sign that the server answers.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ResolvedObject?> FindAsync(ObjectReference reference, string? ns, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(reference.Kind) || string.IsNullOrEmpty(reference.Name))
            return null;
        return (await TryAsync($"{reference.ApiGroup}/{reference.Kind}", () => LookUpAsync(reference, cancellationToken), ns, cancellationToken).ConfigureAwait(false))?.Object;
    }

    /// <summary>All that these objects own, as far as it can be found.</summary>
    /// <inheritdoc cref="FindAsync" path="/param"/>
    public async Task<OwnedObjectsResult> OwnedByAsync(IReadOnlyList<ObjectReference> owners, string? ns, CancellationToken cancellationToken) =>
        await TryAsync(AllKinds, () => session.Owned.FindAsync(owners, cancellationToken), ns, cancellationToken).ConfigureAwait(false) ?? new OwnedObjectsResult([], [], []);

    private async Task<T?> TryAsync<T>(string kind, Func<Task<T>> look, string? ns, CancellationToken cancellationToken)
        where T : class
    {
        var failedBefore = _givenUp.TryGetValue(kind, out var last);
        if (failedBefore && session.Time.GetElapsedTime(last) < LeftAlone)
            return null;
        var found = await LookAsync(look, failedBefore ? TimeSpan.Zero : Patience, ns, cancellationToken).ConfigureAwait(false);
        _stuck = null;
        if (found is null)
            _givenUp[kind] = session.Time.GetTimestamp();
        else
            _givenUp.TryRemove(kind, out _);
        return found;
    }

    private async Task<T?> LookAsync<T>(Func<Task<T>> look, TimeSpan patience, string? ns, CancellationToken cancellationToken)
        where T : class
    {
        var begun = session.Time.GetTimestamp();
        for (var answered = false; ; await Task.Delay(Pause, session.Time, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                return await look().ConfigureAwait(false);
            }
            catch (Exception error) when (error is KubernetesApiException or EventStoreException)
            {
                _stuck = $"not everything was seen, because objects could not be looked up: {error.Message}";
                // A credential that is just not there, too: the watch waits for it as well.
                var isTransient = error is KubernetesApiException { IsTransient: true } or EventStoreException { IsTransient: true };
                if (isTransient && session.Time.GetElapsedTime(begun) < patience)
                    continue;
                var answeredBefore = answered;
                answered = await AnswersAsync(ns, cancellationToken).ConfigureAwait(false);
                if (!isTransient && !answered)
                    throw;
                // Before and after: the server did not just come back.
                if (!answered || !answeredBefore)
                    continue;
                await WarnAsync(error.Message, cancellationToken).ConfigureAwait(false);
                return null;
            }
        }
    }

    private async Task<bool> AnswersAsync(string? ns, CancellationToken cancellationToken)
    {
        try
        {
            await session.Source.ListAsync(new EventListRequest { Namespace = ns, Limit = 1 }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is KubernetesApiException or EventStoreException)
        {
            // Whoever refuses answers: the events may be watched through the other API group, or not any more.
            return error is KubernetesApiException { IsTransient: false, Status.IsStarting: false };
        }
    }

    private async Task WarnAsync(string why, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _warned, 1) == 0)
            await output.WriteAsync(new WarningMessage($"{consequence}: {why}"), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Answer> LookUpAsync(ObjectReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var found = await session.Mapper.GetObjectAsync(reference, cancellationToken).ConfigureAwait(false);
            if (found.Denied is { } denied)
                await WarnAsync(denied.Message, cancellationToken).ConfigureAwait(false);
            return new Answer(found);
        }
        catch (ResourceNotFoundException unknown)
        {
            if (unknown.MayBeIn(string.IsNullOrEmpty(reference.ApiVersion) ? null : reference.ApiGroup))
                await WarnAsync(unknown.Message, cancellationToken).ConfigureAwait(false);
            return new Answer(null);
        }
        // Without a kind, it is discovery or the path that is not there.
        catch (KubernetesApiException gone) when (gone.Status is { Code: 404, Kind: not null })
        {
            return new Answer(null);
        }
    }

    private sealed record Answer(ResolvedObject? Object);
}
