namespace EventRecording.Cluster;

/// <summary>One kubeconfig file, or several merged: what has a name by its name.</summary>
internal sealed class KubeConfigDocument
{
    /// <summary>The clusters, contexts and users themselves, without their names.</summary>
    public Dictionary<string, YamlNode> Clusters { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, YamlNode> Contexts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, YamlNode> Users { get; } = new(StringComparer.Ordinal);

    public string? CurrentContext { get; private set; }

    public bool IsEmpty => Clusters.Count == 0 && Contexts.Count == 0 && Users.Count == 0 && CurrentContext is null;

    /// <exception cref="ClusterConfigurationException">The file is no kubeconfig.</exception>
    public static KubeConfigDocument Parse(string file, string text)
    {
        var document = new KubeConfigDocument();
        if (YamlReader.Read(file, text) is not { IsNull: false } root)
            return document;
        RequireConfig(root);
        Collect(root, "clusters", "cluster", document.Clusters);
        Collect(root, "contexts", "context", document.Contexts);
        Collect(root, "users", "user", document.Users);
        document.CurrentContext = root.Text("current-context");
        return document;
    }

    /// <summary>Adds what isn't there yet: the first file that names something wins, whole.</summary>
    public void Merge(KubeConfigDocument other)
    {
        Merge(Clusters, other.Clusters);
        Merge(Contexts, other.Contexts);
        Merge(Users, other.Users);
        CurrentContext ??= other.CurrentContext;
    }

    private static void Merge(Dictionary<string, YamlNode> into, Dictionary<string, YamlNode> from)
    {
        foreach (var (name, node) in from)
            into.TryAdd(name, node);
    }

    private static void RequireConfig(YamlNode root)
    {
        if (root.Kind != YamlNodeKind.Mapping)
            throw new ClusterConfigurationException(
                $"{root.Place}: this is no kubeconfig: it must be a mapping with clusters, contexts and users.");
        if (root.Text("kind") is { } kind && kind != "Config")
            throw new ClusterConfigurationException($"{root.Place}: this is no kubeconfig: its kind is {kind} and not Config.");
        if (root.Text("apiVersion") is { } version && version != "v1")
            throw new ClusterConfigurationException($"{root.Place}: the apiVersion {version} of a kubeconfig is not known; it must be v1.");
    }

    private static void Collect(YamlNode root, string list, string field, Dictionary<string, YamlNode> into)
    {
        foreach (var item in root.Sequence(list).Where(item => !item.IsNull))
        {
            if (item.Kind != YamlNodeKind.Mapping)
                throw new ClusterConfigurationException($"{item.Place}: an entry of {list} must be a mapping with name and {field}.");
            var name = item.Text("name") ?? "";
            // An entry without anything in it is still there.
            var node = item.Mapping(field) ?? new YamlNode(item.File, item.Line, 1) { Kind = YamlNodeKind.Mapping };
            if (!into.TryAdd(name, node))
                throw new ClusterConfigurationException($"{item.Place}: {list} has two entries with the name '{name}'.");
        }
    }
}
