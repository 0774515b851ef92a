using System.Collections.Concurrent;

namespace EventRecording.Cluster;

/// <summary>Keeps what a server serves, and reads it again when it is old or something is not found in it or no more at its path.</summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose of.
internal sealed class CatalogCache(ClusterConnection connection)
#pragma warning restore CA1001
{
    private const int MostMissing = 1_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    // Whoever writes events may make kinds up, and a definition may just be created.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly DiscoveryReader _reader = new(connection);
    private readonly SemaphoreSlim _reading = new(1);

    // What was looked for in vain, in words or at its path, and when; boxed, since the code of a dictionary of values would be compiled at each first command.
    private readonly ConcurrentDictionary<string, object> _missing = [];
    private volatile Reading? _latest;

    /// <summary>What is served; what did not answer is asked for again after 5 s.</summary>
    public async ValueTask<ApiCatalog> GetAsync(CancellationToken cancellationToken)
    {
        var latest = _latest;
        return latest is not null && IsYounger(latest.At, latest.Catalog.Failed.Count == 0 ? MaxAge : AskAgain)
            ? latest.Catalog
            : await ReadAsync(latest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds a resource in what was read, or else in a fresh reading.</summary>
    /// <param name="find">Finds it in a reading.</param>
    /// <param name="what">The resource in words.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <param name="looksAgain">Even if that was just done in vain.</param>
    /// <param name="knownFrom">The reading that had it.</param>
    public async ValueTask<ApiResource> FindAsync(Func<ApiCatalog, ApiResource?> find, string what, CancellationToken cancellationToken, bool looksAgain = false, ApiCatalog? knownFrom = null)
    {
        var latest = _latest;
        if (latest is not null && IsYounger(latest.At, MaxAge))
        {
            if (find(latest.Catalog) is { } known)
                return known;
            if ((!looksAgain && IsMissing(what)) || (knownFrom is not null && latest.Catalog != knownFrom))
                throw NotFound(what, latest.Catalog);
        }

        var catalog = await ReadAsync(latest, cancellationToken).ConfigureAwait(false);
        if (find(catalog) is { } found)
            return found;
        var missing = NotFound(what, catalog);
        // Behind the 404 that leads here from an older reading, that was asked already.
        if (knownFrom is null && await connection.IsStartingAsync(cancellationToken).ConfigureAwait(false))
            throw new KubernetesApiException(StartingServer.Explain(new KubernetesStatus { Code = 404, Message = missing.Message }));
        Miss(what);
        throw missing;
    }

    /// <summary>Asks at the path of a resource, and once more where that leads nowhere and another one is served now.</summary>
    public async Task<T> AtResourceAsync<T>(Func<ValueTask<ApiResource>> find, Func<ApiResource, Task<T>> ask)
    {
        var seen = _latest;
        var resource = await find().ConfigureAwait(false);
        var path = resource.Path(null);
        try
        {
            return await ask(resource).ConfigureAwait(false);
        }
        catch (KubernetesApiException error) when (IsAboutResource(error) && !IsMissing(path))
        {
            Forget(seen);
            resource = await find().ConfigureAwait(false);
            if (resource.Path(null) == path)
            {
                Miss(path);
                throw;
            }
        }

        return await ask(resource).ConfigureAwait(false);
    }

    // And not about an object: the custom resource was removed, or serves another version than it did.
    private static bool IsAboutResource(KubernetesApiException error) => error.Status is { Code: 404, Kind: null };

    private void Forget(Reading? seen)
    {
        if (_latest == seen)
            _latest = null;
    }

    private bool IsMissing(string what) => _missing.TryGetValue(what, out var at) && IsYounger((long)at, AskAgain);

    private void Miss(string what)
    {
        if (_missing.Count >= MostMissing)
            _missing.Clear();
        _missing[what] = connection.TimeProvider.GetTimestamp();
    }

    private bool IsYounger(long at, TimeSpan age) => connection.TimeProvider.GetElapsedTime(at) < age;

    // Whoever waits for a reading that began after the one it has seen takes that one.
    private async Task<ApiCatalog> ReadAsync(Reading? seen, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_latest is { } latest && latest != seen)
                return latest.Catalog;
            var catalog = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            _latest = new Reading(catalog, connection.TimeProvider.GetTimestamp());
            return catalog;
        }
        finally
        {
            _reading.Release();
        }
    }

    private ResourceNotFoundException NotFound(string what, ApiCatalog catalog)
    {
        var similar = string.Join(", ", catalog.Similar(new ResourceName(what).Readings[0].Name));
        var hint = similar.Length == 0 ? "" : $" Is it {SafeText.OneLine(similar, 512)}?";
        var failed = catalog.Failed.Count == 0
            ? ""
            : $" These groups did not answer: {SafeText.OneLine(string.Join(", ", catalog.Failed), 512)}.";
        return new ResourceNotFoundException($"The server has no resource '{SafeText.OneLine(what, 256)}' ({connection.Configuration}).{hint}{failed}") { Unanswered = [.. catalog.Failed.Select(SafeText.Escape)] };
    }

    private sealed record Reading(ApiCatalog Catalog, long At);
}
