using EventRecording.Cluster;
using static System.FormattableString;

namespace EventRecording.PowerShell;

/// <summary>Looks up the uids of objects that were given without one: <c>kubectl describe</c> asks for it, and so is one event counted up.</summary>
/// <param name="mapper">Knows what the server serves.</param>
/// <param name="notices">Is told of objects that have none.</param>
/// <param name="time">The clock.</param>
/// <param name="endOfLookups">Nothing is waited for any more: the process ends.</param>
internal sealed class MissingUids(ResourceMapper mapper, Notices notices, TimeProvider time, CancellationToken endOfLookups)
{
    // Its event is worth more than its uid.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LeftAlone = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();

    // Kinds whose objects could not be looked up in time: a webhook or an aggregated API that is down answers for none of them.
    private readonly ShortMemory _silent = new(time, LeftAlone, most: 1_000);

    // On their way, for all who ask meanwhile. Nothing is remembered: an object that is deleted and created again has another uid.
    private readonly Dictionary<ObjectReference, Task<string?>> _lookups = [];

    /// <summary>The object with its uid, or as it was given where that cannot be known.</summary>
    /// <param name="it">The object.</param>
    /// <param name="left">How long there is; half of it may be used.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async ValueTask<ObjectReference> CompleteAsync(ObjectReference it, TimeSpan? left, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(it.Uid) || string.IsNullOrEmpty(it.ApiVersion) || string.IsNullOrEmpty(it.Kind) || string.IsNullOrEmpty(it.Name))
            return it;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(endOfLookups, cancellationToken);
        try
        {
            // A lookup that takes too long ends by itself, and leaves its kind alone before anybody goes on.
            var patience = left is { } all && all / 2 < Patience ? all / 2 : Patience * 2;
            return it with { Uid = await Find(it).WaitAsync(patience, time, both.Token).ConfigureAwait(false) };
        }
        catch (Exception ended) when (ended is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return it;
        }
    }

    private Task<string?> Find(ObjectReference it)
    {
        var key = new ObjectReference { ApiVersion = it.ApiVersion, Kind = it.Kind, Namespace = it.Namespace, Name = it.Name };
        lock (_lock)
        {
            if (_silent.Contains(KindOf(key)))
                return Task.FromResult<string?>(null);
            if (!_lookups.TryGetValue(key, out var uid))
                _lookups[key] = uid = Task.Run(() => FindAsync(key));
            return uid;
        }
    }

    private async Task<string?> FindAsync(ObjectReference it)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        try
        {
            var found = await mapper.GetObjectAsync(it, timer.Token).ConfigureAwait(false);
            if (found.Denied is { } denied)
                notices.WarnOnce(MayNotBeRead(it.Kind!, denied));
            return found.Reference.Uid;
        }
        catch (ResourceNotFoundException)
        {
            notices.WarnOnce($"{WithoutUid(it.Kind!)} the server has no such kind in {it.ApiVersion}.");
            return null;
        }
        catch (KubernetesApiException gone) when (gone.Status.Code == 404)
        {
            var why = gone.Status.Kind is null ? $"the server does not say what it serves there: {gone.Message}" : "an object that was given without its uid is not there.";
            notices.WarnOnce($"{WithoutUid(it.Kind!)} {why}");
            return null;
        }
        catch (OperationCanceledException ended) when (timer.IsCancellationRequested && !PatientLookup.IsTransient(ended.InnerException))
        {
            notices.WarnOnce(Invariant($"{WithoutUid(it.Kind!)} the server did not say its uid within {Patience.TotalSeconds} s, and is not asked again for {LeftAlone.TotalSeconds} s."));
            lock (_lock)
                _silent.Add([KindOf(it)]);
            return null;
        }
        catch (Exception error) when (error is OperationCanceledException || ErrorMapper.Map(error) is not null)
        {
            // The write meets the same server, and tells what is wrong with it.
            return null;
        }
        finally
        {
            lock (_lock)
                _lookups.Remove(it);
        }
    }

    private static string KindOf(ObjectReference it) => $"{it.ApiVersion}/{it.Kind}";

    /// <summary>Why events carry no uid where the role may not read their objects.</summary>
    public static string MayNotBeRead(string kind, KubernetesApiException denied) =>
        $"{WithoutUid(kind)} the object may not be read. Give the object itself, with its uid, or add the right. {AccessDenial.From(denied.Status)}".TrimEnd();

    private static string WithoutUid(string kind) => $"Events about {kind} carry no uid, so kubectl get events shows them and kubectl describe does not:";
}
