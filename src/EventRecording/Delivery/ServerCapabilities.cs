using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>What this broadcaster learned about its server and its rights: said once, and looked at again after some minutes, since roles are mended and servers upgraded.</summary>
internal sealed class ServerCapabilities(MonotonicClock clock, Notifier notifier)
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(5);

    // Namespaces come and go: beyond so many lessons, those that are not believed any more go too.
    private const int ManyLessons = 1_000;

    // Most servers teach nothing: then it is never made, and no write looks anything up. The times are boxed, since the code of a dictionary of values would be compiled then.
    private volatile ConcurrentDictionary<Lesson, object>? _believedUntil;

    private bool HasLearned => _believedUntil is not null;

    /// <summary>The role allows events about objects of this namespace through the other group alone than the preferred one.</summary>
    public bool NeedsOtherGroup(string? objectNamespace) => HasLearned && Holds(new OtherGroup(objectNamespace ?? ""));

    /// <summary>This group took an event, and the other one, which is preferred, is forbidden.</summary>
    public void UseOtherGroup(string? objectNamespace, string apiVersion, string forbidden)
    {
        Learn(new OtherGroup(objectNamespace ?? ""));
        notifier.NoticeOnce($"Events about objects {Where(objectNamespace)} are written through {Name(apiVersion)}, because the role does not allow to create them through {Name(forbidden)}.");
    }

    public void UsePreferredGroup(string? objectNamespace) => Forget(new OtherGroup(objectNamespace ?? ""));

    public bool CreatesOnly(string eventNamespace, string apiVersion) => HasLearned && Holds(new CreateOnly(eventNamespace, apiVersion));

    public void UseCreateOnly(string eventNamespace, string apiVersion)
    {
        Learn(new CreateOnly(eventNamespace, apiVersion));
        WarnOnce($"The role does not allow to patch events of {Name(apiVersion)} in the namespace {eventNamespace}: repeated events become new events instead of being counted up. Add the verb patch to the role.");
    }

    /// <summary>A rule of the server's, such as an admission policy, forbids to patch events, or it is this one that cannot be patched.</summary>
    public void PatchWasRefused(KnownEvent known, KubernetesApiException error) => notifier.WarnOnce(
        $"The server refused to count up an event of {Name(known.ApiVersion)} in the namespace {known.Namespace}: what repeats there may become new events. {error.Message}", subject: $"patch in {known.Namespace}");

    /// <summary>The server takes events about cluster-scoped objects in kube-system alone.</summary>
    public bool NeedsSystemNamespace(string apiVersion) => HasLearned && Holds(new SystemNamespace(apiVersion));

    public void UseSystemNamespace(string apiVersion) => Learn(new SystemNamespace(apiVersion));

    public void UseDefaultNamespace(string apiVersion) => Forget(new SystemNamespace(apiVersion));

    /// <summary>Tells the observers, if they were not told before.</summary>
    public void WarnOnce(string text) => notifier.WarnOnce(text);

    private bool Holds(Lesson lesson) => _believedUntil is { } believed && believed.TryGetValue(lesson, out var until) && IsBelieved(until);

    private bool IsBelieved(object until) => clock.Now < (DateTime)until;

    private void Learn(Lesson lesson)
    {
        if (_believedUntil is null)
            Interlocked.CompareExchange(ref _believedUntil, new(), null);
        var believed = _believedUntil;
        believed[lesson] = clock.Now + RememberedFor;
        if (believed.Count > ManyLessons)
            ForgetTheOld(believed);
    }

    private void ForgetTheOld(ConcurrentDictionary<Lesson, object> believed)
    {
        foreach (var (lesson, until) in believed)
        {
            if (!IsBelieved(until))
                believed.TryRemove(lesson, out _);
        }
    }

    private void Forget(Lesson lesson) => _believedUntil?.TryRemove(lesson, out _);

    private static string Where(string? objectNamespace) =>
        string.IsNullOrEmpty(objectNamespace) ? "of the cluster scope" : $"in the namespace {objectNamespace}";

    private static string Name(string apiVersion) => apiVersion == EventApiVersion.CoreV1 ? "core/v1" : apiVersion;

    private abstract record Lesson;

    private sealed record OtherGroup(string ObjectNamespace) : Lesson;

    private sealed record CreateOnly(string EventNamespace, string ApiVersion) : Lesson;

    private sealed record SystemNamespace(string ApiVersion) : Lesson;
}
