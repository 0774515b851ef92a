namespace EventRecording.Cluster;

/// <summary>Reads what the user's preferences for kubectl say about exec plugins.</summary>
internal static class Kuberc
{
    private const string ApiGroup = "kubectl.config.k8s.io/";

    /// <returns><see langword="null"/> if every plugin is allowed.</returns>
    /// <exception cref="ClusterConfigurationException">The file cannot be read, or contradicts itself: then nobody knows what it allows.</exception>
    public static ExecPluginPolicy? ReadPolicy(KubeConfigEnvironment environment) =>
        environment.KubercFile is { } file && KubeConfigLoader.ReadFile(file, "kuberc", environment.NamesKuberc ? FileNeed.Named : FileNeed.Usual) is { } text ? Parse(file, text) : null;

    internal static ExecPluginPolicy? Parse(string file, string text)
    {
        if (YamlReader.Read(file, text) is not { IsNull: false } root)
            return null;
        if (root.Kind != YamlNodeKind.Mapping || root.Text("kind") != "Preference" || root.Text("apiVersion") is not (ApiGroup + "v1beta1" or ApiGroup + "v1alpha1"))
            throw new ClusterConfigurationException($"{root.Place}: this is no kuberc: it must have the kind Preference and the apiVersion {ApiGroup}v1beta1.");
        const string Policy = "credentialPluginPolicy", List = "credentialPluginAllowlist";
        var policy = root.Text(Policy) ?? "AllowAll";
        var hasList = root[List] is { IsNull: false };
        return policy switch
        {
            "AllowAll" or "DenyAll" when hasList => throw Error(root, List, $"must not be there where {Policy} is {policy}"),
            "AllowAll" => null,
            "DenyAll" => new ExecPluginPolicy([], file),
            "Allowlist" when root.Sequence(List) is { Count: > 0 } entries => new ExecPluginPolicy([.. entries.Select(Command)], file),
            "Allowlist" => throw Error(root, List, $"is missing or empty where {Policy} is Allowlist; for none at all it is DenyAll"),
            _ => throw Error(root, Policy, "must be AllowAll, DenyAll or Allowlist"),
        };
    }

    // kubectl 1.35 calls it name, later versions command.
    private static string Command(YamlNode entry) =>
        (entry.Kind == YamlNodeKind.Mapping ? entry.Text("command") ?? entry.Text("name") : null)
        ?? throw new ClusterConfigurationException($"{entry.Place}: an entry of credentialPluginAllowlist must have a name.");

    private static ClusterConfigurationException Error(YamlNode root, string field, string problem) =>
        new($"{(root[field] ?? root).Place}: {field} {problem}.");
}
