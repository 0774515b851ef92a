namespace EventRecording.Cluster;

/// <summary>Puts together what a context names.</summary>
/// <param name="document">The files, merged.</param>
/// <param name="files">Their names.</param>
/// <param name="podNamespace">The namespace of the pod that this process runs in.</param>
internal sealed class ContextResolver(KubeConfigDocument document, IReadOnlyList<string> files, Func<string?> podNamespace)
{
    /// <exception cref="ClusterConfigurationException">The context, its cluster or its user isn't there, or cannot be used.</exception>
    public ClusterConfiguration Resolve(string? requested)
    {
        var name = requested ?? document.CurrentContext ?? throw new ClusterConfigurationException(
            $"There is no current-context in {string.Join(", ", files)}; choose one of its contexts: {List(document.Contexts)}.");
        var places = string.Join(", ", files);
        var context = Find(document.Contexts, name, "context", requested is null ? $", the current-context of {places}" : $" in {places}");
        var origin = $"context '{name}' of {context.File}";
        var clusterName = context.Text("cluster")
            ?? throw new ClusterConfigurationException($"{context.Place}: the context '{name}' names no cluster.");
        var cluster = new KubeConfigEntry(Find(document.Clusters, clusterName, "cluster", $", asked for by {origin}"), "cluster", clusterName, origin);
        var userName = context.Text("user");
        var configuration = ClusterSettings.Read(cluster) with
        {
            Origin = origin,
            Namespace = context.Text("namespace") ?? podNamespace() ?? "default",
            ContextName = name,
            ClusterName = clusterName,
            UserName = userName,
        };
        // A user without a name belongs to a context that names none.
        if (userName is null && !document.Users.ContainsKey(""))
            return configuration;
        var user = new KubeConfigEntry(Find(document.Users, userName ?? "", "user", $", asked for by {origin}"), "user", userName ?? "", origin);
        return UserSettings.Apply(configuration, user, cluster);
    }

    private static YamlNode Find(Dictionary<string, YamlNode> nodes, string name, string what, string where) =>
        nodes.TryGetValue(name, out var node)
            ? node
            : throw new ClusterConfigurationException($"There is no {what} '{name}'{where}; there is: {List(nodes)}.");

    private static string List(Dictionary<string, YamlNode> nodes) =>
        nodes.Count == 0 ? "none" : string.Join(", ", nodes.Keys.Order(StringComparer.Ordinal).Take(50)) + (nodes.Count > 50 ? ", …" : "");
}
