using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

using Store = ImmutableSortedDictionary<string, KubeEvent>;

/// <summary>An API server's events in memory, by the rules of the transcripts <c>list</c>, <c>watch</c> and <c>stale</c>, with hooks for faults.</summary>
internal sealed class InMemoryEventSource : IEventSource
{
    private static readonly Store Nothing = Store.Empty.WithComparers(StringComparer.Ordinal);

    private readonly List<StoreChange> _history = [];
    private readonly Dictionary<ulong, Store> _snapshots = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Store _store = Nothing;
    private ulong _compacted;
    private int _uids;

    /// <summary>How a watch from a compacted version is told so.</summary>
    public GoneAnswer Gone { get; set; } = GoneAnswer.Frame;

    /// <summary>Called at each list; throws to fail it.</summary>
    public Func<EventListRequest, CancellationToken, Task>? OnList { get; set; }

    /// <summary>Called at each watch; throws to fail it, <see cref="WatchEnds"/> to close it.</summary>
    public Func<EventWatchRequest, CancellationToken, Task>? OnWatch { get; set; }

    /// <summary>Whether a watch says when the server let it in, as it should.</summary>
    public bool SaysOpened { get; set; } = true;

    /// <summary>Called before each frame, and when there is none to send; throws as <see cref="OnWatch"/> does, or <see cref="ErrorFrame"/>.</summary>
    public Func<bool, CancellationToken, Task>? OnFrame { get; set; }

    public List<EventListRequest> Lists { get; } = [];

    public List<EventWatchRequest> Watches { get; } = [];

    /// <summary>Lists that began, those for the version alone left out.</summary>
    public int FullLists => Lists.Count(it => it is { Continue: null, Limit: not 1 });

    public int GoneAnswers { get; private set; }

    public ulong Version { get; private set; } = 1000;

    public IEnumerable<KubeEvent> Stored => _store.Values;

    public KubeEvent Write(KubeEvent item)
    {
        var previous = _store.GetValueOrDefault(Key(item));
        var written = item with { Uid = previous?.Uid ?? $"uid-{++_uids}", ResourceVersion = Show(++Version) };
        _store = _store.SetItem(Key(item), written);
        Record(new StoreChange(Version, previous, written));
        return written;
    }

    public void Write(IEnumerable<KubeEvent> items)
    {
        foreach (var item in items)
            Write(item);
    }

    public void Delete(KubeEvent item)
    {
        var previous = _store[Key(item)];
        _store = _store.Remove(Key(item));
        Record(new StoreChange(++Version, previous, null));
    }

    /// <summary>Forgets the history: what is older than now can be neither watched nor paged on.</summary>
    public void Compact()
    {
        _history.Clear();
        _snapshots.Clear();
        _compacted = Version;
    }

    public (object Store, ulong Version) Backup() => (_store, Version);

    /// <summary>Goes back to a backup; versions begin from there again.</summary>
    public void Restore((object Store, ulong Version) backup)
    {
        (_store, Version) = ((Store)backup.Store, backup.Version);
        Compact();
    }

    public async ValueTask<EventPage> ListAsync(EventListRequest request, CancellationToken cancellationToken)
    {
        Lists.Add(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (OnList is not null)
            await OnList(request, cancellationToken);
        var (version, last) = ParseToken(request.Continue);
        var store = request.Continue is null || version == 0 ? _store : _snapshots.GetValueOrDefault(version) ?? throw TokenGone(last);
        version = version == 0 ? Version : version;
        var selector = new SelectorMatch(request.FieldSelector, request.LabelSelector);
        var rest = store.Values
            .Where(it => request.Namespace is null || it.Namespace == request.Namespace)
            .Where(it => last is null || string.CompareOrdinal(Key(it), last) > 0)
            .Where(selector.Matches)
            .ToList();
        var page = rest.Take(request.Limit ?? int.MaxValue).ToList();
        var left = rest.Count - page.Count;
        if (left > 0)
            _snapshots[version] = store;
        page = page.ConvertAll(it => it with { ApiVersion = request.ApiVersion });
        return new EventPage(page, Show(version), left > 0 ? $"{version}|{Key(page[^1])}" : null, left > 0 && selector.IsEmpty ? left : null);
    }

    public async IAsyncEnumerable<WatchFrame> WatchAsync(EventWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Watches.Add(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (await EndAsync(() => OnWatch?.Invoke(request, cancellationToken)) is { } end)
        {
            LetIn(request);
            if (end.Frame is { } frame)
                yield return frame;
            yield break;
        }

        var at = ulong.Parse(request.ResourceVersion, CultureInfo.InvariantCulture);
        if (at < _compacted)
        {
            GoneAnswers++;
            if (Gone == GoneAnswer.Status)
                throw new KubernetesApiException(GoneStatus);
            LetIn(request);
            if (Gone == GoneAnswer.Frame)
                yield return new WatchFrame(WatchFrameType.Error, null, null, GoneStatus);
            yield break;
        }

        LetIn(request);
        var selector = new SelectorMatch(request.FieldSelector, request.LabelSelector);
        while (true)
        {
            var changed = _changed.Task;
            var next = NextAfter(at);
            if (await EndAsync(() => OnFrame?.Invoke(next is null, cancellationToken)) is { } cut)
            {
                if (cut.Frame is { } frame)
                    yield return frame;
                yield break;
            }

            if (next is null)
            {
                await changed.WaitAsync(cancellationToken);
                continue;
            }

            at = next.Version;
            if (next.Seen(request.Namespace, selector) is { } seen)
                yield return seen with { Event = seen.Event! with { ApiVersion = request.ApiVersion } };
        }
    }

    // A server that ends a watch, or sends an error in a frame, has let it in.
    private void LetIn(EventWatchRequest request)
    {
        if (SaysOpened)
            request.Opened?.Invoke();
    }

    // Each change has the version after that of the change before it.
    private StoreChange? NextAfter(ulong version)
    {
        if (_history.Count == 0 || version >= Version)
            return null;
        var first = _history[0].Version;
        return _history[version < first ? 0 : (int)(version - first) + 1];
    }

    private static KubernetesStatus GoneStatus => new() { Code = 410, Reason = "Expired", Message = "The resourceVersion for the provided watch is too old." };

    private static KubernetesApiException TokenGone(string? last) =>
        new(new KubernetesStatus { Code = 410, Reason = "Expired", Message = "The provided continue parameter is too old.", Continue = $"0|{last}" });

    private static async ValueTask<WatchEnd?> EndAsync(Func<Task?> hook)
    {
        try
        {
            await (hook() ?? Task.CompletedTask);
            return null;
        }
        catch (WatchEnds)
        {
            return new WatchEnd(null);
        }
        catch (ErrorFrame e)
        {
            return new WatchEnd(new WatchFrame(WatchFrameType.Error, null, null, e.Status));
        }
    }

    private static (ulong Version, string? Last) ParseToken(string? token) =>
        token?.Split('|') is [var version, var last] ? (ulong.Parse(version, CultureInfo.InvariantCulture), last) : (0, null);

    private static string Show(ulong version) => version.ToString(CultureInfo.InvariantCulture);

    private static string Key(KubeEvent item) => $"{item.Namespace}/{item.Name}";

    private void Record(StoreChange change)
    {
        _history.Add(change);
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private sealed record WatchEnd(WatchFrame? Frame);

    private sealed record StoreChange(ulong Version, KubeEvent? Before, KubeEvent? After)
    {
        public WatchFrame? Seen(string? inNamespace, SelectorMatch selector)
        {
            var shown = (After ?? Before)!;
            if (inNamespace is not null && shown.Namespace != inNamespace)
                return null;
            return (Before is not null && selector.Matches(Before), After is not null && selector.Matches(After)) switch
            {
                (false, true) => Frame(WatchFrameType.Added, After!),
                (true, true) => Frame(WatchFrameType.Modified, After!),
                (true, false) => Frame(WatchFrameType.Deleted, Before! with { ResourceVersion = Show(Version) }),
                _ => null,
            };
        }

        private static WatchFrame Frame(WatchFrameType type, KubeEvent item) => new(type, item, item.ResourceVersion, null);
    }
}
