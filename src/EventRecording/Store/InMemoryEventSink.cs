using System.Globalization;

namespace EventRecording;

/// <summary>Keeps events in memory as an API server would: for people's own tests, and for trying out.</summary>
/// <example><code>
/// var sink = new InMemoryEventSink();
/// await using var broadcaster = new EventBroadcaster(sink);
/// reconciler.Run(broadcaster.NewRecorder("redis-operator"));
/// await broadcaster.FlushAsync();
/// Assert.Contains(sink.Events, e => e.Reason == "ScaledUp" &amp;&amp; e.Count == 3);
/// </code></example>
public sealed class InMemoryEventSink : IEventSink
{
    private static readonly EventJson Json = new();

    private readonly object _lock = new();
    private readonly Dictionary<(string Namespace, string Name), KubeEvent> _events = [];
    private long _version;

    /// <summary>All events, in the order of their creation.</summary>
    public IReadOnlyList<KubeEvent> Events
    {
        get
        {
            lock (_lock)
                return _events.Values.ToArray();
        }
    }

    /// <summary>Forgets all events, as a server does when their time to live is over.</summary>
    public void Clear()
    {
        lock (_lock)
            _events.Clear();
    }

    /// <inheritdoc/>
    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kubeEvent);
        cancellationToken.ThrowIfCancellationRequested();
        var body = EventJson.ToBytes(kubeEvent);
        lock (_lock)
        {
            if (_events.ContainsKey((kubeEvent.Namespace, kubeEvent.Name)))
                throw Error(409, "AlreadyExists", kubeEvent.Name, $"events \"{kubeEvent.Name}\" already exists");
            return new(Store(Json.ReadEvent(body)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        cancellationToken.ThrowIfCancellationRequested();
        // As it would arrive at a server: what cannot be sent is an error here too, and times are as exact as there.
        var sent = Json.ReadEvent(EventJson.ToBytes(patch));
        lock (_lock)
        {
            if (!_events.TryGetValue((patch.Namespace, patch.Name), out var found))
                throw Error(404, "NotFound", patch.Name, $"events \"{patch.Name}\" not found");
            if (patch.ResourceVersion is { } version && version != found.ResourceVersion)
                throw Error(409, "Conflict", patch.Name, $"Operation cannot be fulfilled on events \"{patch.Name}\": the object has been modified");
            return new((IsEmpty(patch) ? found : Store(Apply(patch, sent, found))) with { ApiVersion = patch.ApiVersion });
        }
    }

    private static bool IsEmpty(EventPatch patch) =>
        patch is { Count: null, FirstTimestamp: null, LastTimestamp: null, Type: null, Message: null, ReportingInstance: null, Series: null }
        && patch.Labels is not { Count: > 0 } && patch.Annotations is not { Count: > 0 };

    private static KubeEvent Apply(EventPatch patch, KubeEvent sent, KubeEvent found) => found with
    {
        CoreCount = sent.CoreCount ?? found.CoreCount,
        FirstTimestamp = sent.FirstTimestamp ?? found.FirstTimestamp,
        LastTimestamp = sent.LastTimestamp ?? found.LastTimestamp,
        Type = sent.Type ?? found.Type,
        Message = sent.Message ?? found.Message,
        ReportingInstance = sent.ReportingInstance ?? found.ReportingInstance,
        Series = sent.Series ?? found.Series,
        Labels = Merge(found.Labels, patch.Labels),
        Annotations = Merge(found.Annotations, patch.Annotations),
    };

    private static IReadOnlyDictionary<string, string> Merge<T>(IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, T>? changes)
        where T : class?
    {
        if (changes is null)
            return found;
        var merged = new Dictionary<string, string>(found);
        foreach (var (name, value) in changes)
        {
            if (value is string text)
                merged[name] = text;
            else
                merged.Remove(name);
        }

        return merged;
    }

    private static KubernetesApiException Error(int code, string reason, string name, string message) =>
        new(new KubernetesStatus { Code = code, Reason = reason, Name = name, Kind = "events", Message = message });

    private KubeEvent Store(KubeEvent kubeEvent)
    {
        var stored = kubeEvent with { ResourceVersion = (++_version).ToString(CultureInfo.InvariantCulture), Uid = kubeEvent.Uid ?? $"uid-{_version}" };
        _events[(stored.Namespace, stored.Name)] = stored;
        return stored;
    }
}
