namespace EventRecording.Cluster;

/// <summary>One resource that an API server serves, in one version.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version, such as <c>v1</c>.</param>
/// <param name="Resource">Name in the plural, as it stands in paths: <c>redises</c>.</param>
/// <param name="Singular">Name in the singular: <c>redis</c>.</param>
/// <param name="Kind">Kind: <c>Redis</c>.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
/// <param name="ShortNames">Short names, such as <c>rd</c>.</param>
public sealed record ApiResource(
    string Group,
    string Version,
    string Resource,
    string Singular,
    string Kind,
    bool IsNamespaced,
    IReadOnlyList<string> ShortNames)
{
    /// <summary>What can be done with it: <c>list</c>, <c>watch</c>, <c>create</c> and so on.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Group and version as objects carry them: <c>cache.example.com/v1</c>, or <c>v1</c> for the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Resource and group, as <c>kubectl</c> takes and RBAC names them: <c>redises.cache.example.com</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";

    /// <exception cref="ArgumentException">Nothing can have that name.</exception>
    internal string Path(string? ns, string name) => $"{Path(ns)}/{ApiPath.Segment(name)}";

    /// <summary>Path of the list in one namespace, or in all without one.</summary>
    /// <exception cref="ArgumentException">No namespace can have that name.</exception>
    internal string Path(string? ns)
    {
        var scope = IsNamespaced && !string.IsNullOrEmpty(ns) ? $"/namespaces/{ApiPath.Segment(ns)}" : "";
        return $"{ApiPath.Root(Group, Version)}{scope}/{ApiPath.Segment(Resource)}";
    }
}
