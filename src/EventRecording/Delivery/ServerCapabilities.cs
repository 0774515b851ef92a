using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>What this broadcaster learned about its server and its rights: said once, and looked at again after some minutes, since roles are mended and servers upgraded.</summary>
internal sealed class ServerCapabilities(string preferredGroup, MonotonicClock clock, Notifier notifier)
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(5);

    private const string DefaultNamespace = "default";
    private const string SystemNamespace = "kube-system";

    // Most servers teach nothing: then it is never made, and no write looks anything up.
    private volatile ConcurrentDictionary<Lesson, DateTime>? _believedUntil;

    public static string OtherGroup(string apiVersion) =>
        apiVersion == EventApiVersion.CoreV1 ? EventApiVersion.EventsV1 : EventApiVersion.CoreV1;

    /// <summary>The group may hold an event of the series.</summary>
    public static bool Takes(string apiVersion, in SeriesKey key) =>
        // events.k8s.io/v1 never changes a note.
        apiVersion == EventApiVersion.CoreV1 || (key.Kind != SeriesKind.OnChange && OccurrenceRules.FitsEventsV1(key.Type, key.Reason, key.Action));

    /// <summary>The group through which a new series is written.</summary>
    public string GroupFor(in SeriesKey key)
    {
        var group = Holds(OtherGroupIn(key.Regarding.Namespace)) ? OtherGroup(preferredGroup) : preferredGroup;
        return Takes(group, key) ? group : EventApiVersion.CoreV1;
    }

    /// <summary>This group took an event of the namespace, and the other one is forbidden.</summary>
    public void UseGroup(string? objectNamespace, string apiVersion)
    {
        if (apiVersion == preferredGroup)
        {
            Forget(OtherGroupIn(objectNamespace));
            return;
        }

        Learn(OtherGroupIn(objectNamespace));
        notifier.NoticeOnce($"Events about objects {Where(objectNamespace)} are written through {Name(apiVersion)}, because the role does not allow to create them through {Name(OtherGroup(apiVersion))}.");
    }

    public bool CreatesOnly(string eventNamespace, string apiVersion) => Holds(CreateOnlyIn(eventNamespace, apiVersion));

    public void UseCreateOnly(string eventNamespace, string apiVersion)
    {
        Learn(CreateOnlyIn(eventNamespace, apiVersion));
        WarnOnce($"The role does not allow to patch events of {Name(apiVersion)} in the namespace {eventNamespace}: repeated events become new events instead of being counted up. Add the verb patch to the role.");
    }

    /// <summary>The namespace of the events about a cluster-scoped object; old servers want those with eventTime in kube-system.</summary>
    public string NamespaceFor(string? objectNamespace, string apiVersion) =>
        !string.IsNullOrEmpty(objectNamespace) ? objectNamespace : Holds(SystemNamespaceFor(apiVersion)) ? SystemNamespace : DefaultNamespace;

    /// <summary>Where to try next after the server refused an event about a cluster-scoped object; <see langword="null"/> if there is nowhere.</summary>
    public static string? OtherNamespace(string eventNamespace) => eventNamespace == DefaultNamespace ? SystemNamespace : null;

    public static bool IsForClusterScope(string eventNamespace) => eventNamespace is DefaultNamespace or SystemNamespace;

    public void UseNamespace(string? objectNamespace, string apiVersion, string eventNamespace)
    {
        if (!string.IsNullOrEmpty(objectNamespace) || eventNamespace == NamespaceFor(objectNamespace, apiVersion))
            return;
        if (eventNamespace == SystemNamespace)
            Learn(SystemNamespaceFor(apiVersion));
        else
            Forget(SystemNamespaceFor(apiVersion));
    }

    /// <summary>Tells the observers, if they were not told before.</summary>
    public void WarnOnce(string text) => notifier.WarnOnce(text);

    private static Lesson OtherGroupIn(string? objectNamespace) => new(nameof(OtherGroup), objectNamespace ?? "");

    private static Lesson CreateOnlyIn(string eventNamespace, string apiVersion) => new(nameof(CreatesOnly), eventNamespace, apiVersion);

    private static Lesson SystemNamespaceFor(string apiVersion) => new(nameof(SystemNamespace), "", apiVersion);

    private bool Holds(in Lesson lesson) => _believedUntil is { } believed && believed.TryGetValue(lesson, out var until) && clock.Now < until;

    private void Learn(in Lesson lesson)
    {
        if (_believedUntil is null)
            Interlocked.CompareExchange(ref _believedUntil, new(), null);
        _believedUntil[lesson] = clock.Now + RememberedFor;
    }

    private void Forget(in Lesson lesson) => _believedUntil?.TryRemove(lesson, out _);

    private static string Where(string? objectNamespace) =>
        string.IsNullOrEmpty(objectNamespace) ? "of the cluster scope" : $"in the namespace {objectNamespace}";

    private static string Name(string apiVersion) => apiVersion == EventApiVersion.CoreV1 ? "core/v1" : apiVersion;

    private readonly record struct Lesson(string What, string Namespace, string ApiVersion = "");
}
