using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>What this broadcaster learned about its server and its rights: said once, and looked at again after some minutes, since roles are mended and servers upgraded.</summary>
internal sealed class ServerCapabilities(MonotonicClock clock, Notifier notifier)
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(5);

    // Namespaces come and go: beyond so many lessons, those that are not believed any more go too.
    private const int ManyLessons = 1_000;

    // Most servers teach nothing: then it is never made, and no write looks anything up.
    private volatile ConcurrentDictionary<Lesson, Belief>? _beliefs;

    private bool HasLearned => _beliefs is not null;

    /// <summary>The role allows events about objects of this namespace through the other group alone than the preferred one.</summary>
    public bool NeedsOtherGroup(string? objectNamespace) => HasLearned && Holds(new OtherGroup(objectNamespace ?? ""));

    /// <summary>The other group took an event a moment ago, since the preferred one is forbidden, or was.</summary>
    public bool OtherGroupTookOne(string? objectNamespace) => HasLearned && Holds(new OtherGroupOnce(objectNamespace ?? ""));

    /// <summary>This group took an event, and the other one, which is preferred, is forbidden.</summary>
    /// <param name="objectNamespace">That of the object.</param>
    /// <param name="apiVersion">The group that took it.</param>
    /// <param name="forbidden">The other one.</param>
    /// <param name="isForTheSecondTime">This group had taken one when the write began: a role that is back may forbid the one and then take the other, but not again.</param>
    public void UseOtherGroup(string? objectNamespace, string apiVersion, string forbidden, bool isForTheSecondTime)
    {
        Learn(isForTheSecondTime ? new OtherGroup(objectNamespace ?? "") : new OtherGroupOnce(objectNamespace ?? ""));
        notifier.NoticeOnce($"Events about objects {Where(objectNamespace)} are written through {Name(apiVersion)}, because the role does not allow to create them through {Name(forbidden)}.");
    }

    public void UsePreferredGroup(string? objectNamespace)
    {
        Forget(new OtherGroup(objectNamespace ?? ""));
        Forget(new OtherGroupOnce(objectNamespace ?? ""));
    }

    public bool CreatesOnly(string eventNamespace, string apiVersion) => HasLearned && Holds(new CreateOnly(eventNamespace, apiVersion));

    /// <summary>The event by which the next write asks whether the role allows no patch: a role that was gone for a moment, and is back, forbids one and then takes a create. <see langword="null"/> where that is known.</summary>
    public string? EventToAsk(string eventNamespace, string apiVersion) =>
        _beliefs is { } beliefs && beliefs.TryGetValue(new CreateOnly(eventNamespace, apiVersion), out var belief) ? belief.EventToAsk : null;

    /// <summary>The role forbade a patch, and took a create.</summary>
    public void UseCreateOnly(string eventNamespace, string apiVersion, string eventToAsk)
    {
        Learn(new CreateOnly(eventNamespace, apiVersion), eventToAsk);
        WarnOnce($"The role does not allow to patch events of {Name(apiVersion)} in the namespace {eventNamespace}: repeated events become new events instead of being counted up. Add the verb patch to the role.");
    }

    /// <summary>Whoever asked was forbidden to patch.</summary>
    public void KeepCreateOnly(string eventNamespace, string apiVersion) => Learn(new CreateOnly(eventNamespace, apiVersion));

    /// <summary>Whoever asked was not.</summary>
    public void UsePatch(string eventNamespace, string apiVersion) => Forget(new CreateOnly(eventNamespace, apiVersion));

    /// <summary>A rule of the server's, such as an admission policy, forbids to patch events, or it is this one that cannot be patched.</summary>
    public void PatchWasRefused(KnownEvent known, KubernetesApiException error) => notifier.WarnOnce(
        $"The server refused to count up an event of {Name(known.ApiVersion)} in the namespace {known.Namespace}: what repeats there may become new events. {error.Message}", subject: $"patch in {known.Namespace}");

    /// <summary>The server takes events about cluster-scoped objects in kube-system alone.</summary>
    public bool NeedsSystemNamespace(string apiVersion) => HasLearned && Holds(new SystemNamespace(apiVersion));

    public void UseSystemNamespace(string apiVersion) => Learn(new SystemNamespace(apiVersion));

    public void UseDefaultNamespace(string apiVersion) => Forget(new SystemNamespace(apiVersion));

    /// <summary>Tells the observers, if they were not told before.</summary>
    public void WarnOnce(string text) => notifier.WarnOnce(text);

    private bool Holds(Lesson lesson) => _beliefs is { } beliefs && beliefs.TryGetValue(lesson, out var belief) && IsHeld(belief);

    private bool IsHeld(Belief belief) => clock.Now < belief.Until;

    private void Learn(Lesson lesson, string? eventToAsk = null)
    {
        if (_beliefs is null)
            Interlocked.CompareExchange(ref _beliefs, new(), null);
        var beliefs = _beliefs;
        beliefs[lesson] = new Belief(clock.Now + RememberedFor, eventToAsk);
        if (beliefs.Count > ManyLessons)
            ForgetTheOld(beliefs);
    }

    private void ForgetTheOld(ConcurrentDictionary<Lesson, Belief> beliefs)
    {
        foreach (var (lesson, belief) in beliefs)
        {
            if (!IsHeld(belief))
                beliefs.TryRemove(lesson, out _);
        }
    }

    private void Forget(Lesson lesson) => _beliefs?.TryRemove(lesson, out _);

    private static string Where(string? objectNamespace) =>
        string.IsNullOrEmpty(objectNamespace) ? "of the cluster scope" : $"in the namespace {objectNamespace}";

    private static string Name(string apiVersion) => apiVersion == EventApiVersion.CoreV1 ? "core/v1" : apiVersion;

    // A class: the code of a dictionary of values would be compiled when the first lesson is learned.
    private sealed record Belief(DateTime Until, string? EventToAsk);

    private abstract record Lesson;

    private sealed record OtherGroup(string ObjectNamespace) : Lesson;

    private sealed record OtherGroupOnce(string ObjectNamespace) : Lesson;

    private sealed record CreateOnly(string EventNamespace, string ApiVersion) : Lesson;

    private sealed record SystemNamespace(string ApiVersion) : Lesson;
}
