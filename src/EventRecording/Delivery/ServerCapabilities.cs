using System.Collections.Concurrent;

namespace EventRecording;

/// <summary>What this broadcaster learned about its server and its rights: learned once, said once, remembered.</summary>
internal sealed class ServerCapabilities(string preferredGroup, Action<string> notice)
{
    private const string DefaultNamespace = "default";
    private const string SystemNamespace = "kube-system";

    private readonly ConcurrentDictionary<string, string> _groups = new();
    private readonly ConcurrentDictionary<(string Namespace, string ApiVersion), bool> _createOnly = new();
    private readonly ConcurrentDictionary<string, string> _clusterScoped = new();

    public static string OtherGroup(string apiVersion) =>
        apiVersion == EventApiVersion.CoreV1 ? EventApiVersion.EventsV1 : EventApiVersion.CoreV1;

    /// <summary>The group through which new series of a namespace are written.</summary>
    public string GroupFor(string? objectNamespace) => _groups.GetValueOrDefault(objectNamespace ?? "", preferredGroup);

    public void UseGroup(string? objectNamespace, string apiVersion)
    {
        if (apiVersion == GroupFor(objectNamespace))
            return;
        lock (_groups)
        {
            if (apiVersion == GroupFor(objectNamespace))
                return;
            _groups[objectNamespace ?? ""] = apiVersion;
        }

        notice($"Events about objects {Where(objectNamespace)} are written through {Name(apiVersion)}, because the role does not allow to create them through {Name(OtherGroup(apiVersion))}.");
    }

    public bool CreatesOnly(string eventNamespace, string apiVersion) => _createOnly.ContainsKey((eventNamespace, apiVersion));

    public void UseCreateOnly(string eventNamespace, string apiVersion)
    {
        if (_createOnly.TryAdd((eventNamespace, apiVersion), true))
            notice($"The role does not allow to patch events of {Name(apiVersion)} in the namespace {eventNamespace}: repeated events become new events instead of being counted up. Add the verb patch to the role.");
    }

    /// <summary>The namespace of the events about a cluster-scoped object; old servers want those with eventTime in kube-system.</summary>
    public string NamespaceFor(string? objectNamespace, string apiVersion) =>
        string.IsNullOrEmpty(objectNamespace) ? _clusterScoped.GetValueOrDefault(apiVersion, DefaultNamespace) : objectNamespace;

    /// <summary>Where to try next after the server refused an event about a cluster-scoped object; <see langword="null"/> if there is nowhere.</summary>
    public static string? OtherNamespace(string eventNamespace) => eventNamespace == DefaultNamespace ? SystemNamespace : null;

    public static bool IsForClusterScope(string eventNamespace) => eventNamespace is DefaultNamespace or SystemNamespace;

    public void UseNamespace(string? objectNamespace, string apiVersion, string eventNamespace)
    {
        if (string.IsNullOrEmpty(objectNamespace))
            _clusterScoped[apiVersion] = eventNamespace;
    }

    private static string Where(string? objectNamespace) =>
        string.IsNullOrEmpty(objectNamespace) ? "of the cluster scope" : $"in the namespace {objectNamespace}";

    private static string Name(string apiVersion) => apiVersion == EventApiVersion.CoreV1 ? "core/v1" : apiVersion;
}
