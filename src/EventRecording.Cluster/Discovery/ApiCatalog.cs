namespace EventRecording.Cluster;

/// <summary>
/// What a server serves, in the order in which names are resolved: the core group first, then the groups and versions as the server
/// orders them.
/// </summary>
/// <param name="Resources">All resources, without subresources.</param>
/// <param name="Failed">Groups and versions that did not answer.</param>
internal sealed record ApiCatalog(IReadOnlyList<ApiResource> Resources, IReadOnlyList<string> Failed)
{
    /// <summary>Whether one of these groups, each with its version, is the one that is meant; without one, any may be.</summary>
    public static bool Includes(IReadOnlyList<string> groupVersions, string? group) =>
        groupVersions.Any(version => group is null || new ObjectReference { ApiVersion = version }.ApiGroup == group);

    /// <summary>Finds a resource as kubectl does: the first that fits, since the order is the server's preference.</summary>
    public ApiResource? Find(ResourceName name) => name.Readings.Select(Find).FirstOrDefault(found => found is not null);

    /// <summary>The other resources that have a name without a group, too, where nothing says that the one that it stands for is meant.</summary>
    /// <remarks>Whoever writes <c>ingress</c> or <c>service</c> in full means that of Kubernetes, whatever else is so called.</remarks>
    public IEnumerable<ApiResource> AlsoNamed(ResourceName name, ApiResource found)
    {
        if (name.Readings is not [{ Group: null, Name: var text }])
            return [];
        var inFull = IsFullName(found, text) || (!found.ShortNames.Contains(text) && IsKind(found, text));
        if (inFull && IsKubernetes(found.Group))
            return [];
        return Resources
            .Where(other => inFull ? IsFullName(other, text) || IsKind(other, text) : other.ShortNames.Contains(text))
            .DistinctBy(other => other.ToString())
            .Where(other => other.ToString() != found.ToString());
    }

    public ApiResource? FindInGroup(string group, string kind) =>
        Resources.FirstOrDefault(resource => resource.Kind == kind && resource.Group == group);

    /// <summary>Resources whose names are close to one that was not found: two letters differ, of a short name at most half of them.</summary>
    public IEnumerable<string> Similar(string name)
    {
        var most = Math.Min(2, name.Length / 2);
        return Resources
            .Where(resource => Distance(resource.Singular, name) <= most || Distance(resource.Resource, name) <= most)
            .Select(resource => resource.ToString()).Distinct().Take(3);
    }

    // A whole group wins over the beginning of one, and a full name over a short one.
    private ApiResource? Find(ResourceNameReading reading) =>
        Find(reading, group => group == reading.Group) ?? Find(reading, group => group.StartsWith(reading.Group ?? "", StringComparison.Ordinal));

    private ApiResource? Find(ResourceNameReading reading, Func<string, bool> isGroup)
    {
        var inGroup = Resources
            .Where(resource => reading.Version is null || resource.Version == reading.Version)
            .Where(resource => reading.Group is null || isGroup(resource.Group))
            .ToArray();
        // kubectl's order: a custom resource may have the name of another one's kind.
        return Array.Find(inGroup, resource => IsFullName(resource, reading.Name))
            ?? Array.Find(inGroup, resource => resource.ShortNames.Contains(reading.Name))
            ?? Array.Find(inGroup, resource => IsKind(resource, reading.Name));
    }

    private static bool IsFullName(ApiResource resource, string name) => resource.Resource == name || resource.Singular == name;

    private static bool IsKind(ApiResource resource, string name) => resource.Kind.Equals(name, StringComparison.OrdinalIgnoreCase);

    // Its own groups have no dot or end so; a definition that does needs an approval.
    private static bool IsKubernetes(string group) => !group.Contains('.', StringComparison.Ordinal) || group.EndsWith(".k8s.io", StringComparison.Ordinal);

    private static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 2)
            return int.MaxValue;
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                left = Math.Min(Math.Min(left, row[j]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }

        return row[^1];
    }
}
