namespace EventRecording.Sandbox;

/// <summary>Kinds that people name without saying more: those of every cluster, and those of the demo.</summary>
internal static class KnownKinds
{
    /// <summary>Group of kinds that nobody knows.</summary>
    public const string OtherGroup = "example.com";

    private static readonly IReadOnlyList<ObjectKind> All =
    [
        new("", "Pod", "po"),
        new("", "Service", "svc"),
        new("", "ConfigMap", "cm"),
        new("", "Secret"),
        new("", "PersistentVolumeClaim", "pvc"),
        new("", "PersistentVolume", "pv") { IsNamespaced = false },
        new("", "Node", "no") { IsNamespaced = false },
        new("apps", "Deployment", "deploy"),
        new("apps", "ReplicaSet", "rs"),
        new("apps", "StatefulSet", "sts"),
        new("apps", "DaemonSet", "ds"),
        new("batch", "Job"),
        new("batch", "CronJob", "cj"),
        new("networking.k8s.io", "Ingress", "ing"),
        .. DemoObject.All.Select(shown => shown.Kind),
    ];

    /// <summary>The kind that is meant by a kind, plural or short name, in any case; one of its own where none is known.</summary>
    public static ObjectKind Find(string name) =>
        All.FirstOrDefault(kind => Names(kind).Contains(name, StringComparer.OrdinalIgnoreCase)) ?? new ObjectKind(OtherGroup, char.ToUpperInvariant(name[0]) + name[1..]);

    /// <summary>The kind of an object.</summary>
    public static ObjectKind Find(string group, string version, string kind) =>
        All.FirstOrDefault(known => known.Group == group && known.Version == version && known.Kind == kind) ?? new ObjectKind(group, kind) { Version = version };

    private static IEnumerable<string?> Names(ObjectKind kind) => [kind.Kind, kind.Plural, kind.ShortName];
}
