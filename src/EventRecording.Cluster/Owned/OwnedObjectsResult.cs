namespace EventRecording.Cluster;

/// <summary>What objects own.</summary>
/// <param name="Objects">The owned objects, nearest first, without the owners that were asked for.</param>
/// <param name="Skipped">What could not be looked through: owned objects of these resources may be missing.</param>
/// <param name="Unanswered">API groups, with their version, that did not say what they serve: owned objects of theirs may be missing.</param>
public sealed record OwnedObjectsResult(IReadOnlyList<ObjectReference> Objects, IReadOnlyList<SkippedResource> Skipped, IReadOnlyList<string> Unanswered)
{
    private static readonly HashSet<string> None = [];

    /// <summary>Names of what is owned by objects that <see cref="IsHidden"/> is true of.</summary>
    internal IReadOnlySet<string> Behind { get; init; } = None;

    /// <summary>Whether an object that is not among <see cref="Objects"/> may be owned all the same: it, or what owns it, is of a resource that could not be looked through.</summary>
    public bool MayLack(ObjectReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return IsHidden(reference) || Behind.Contains(Name(reference));
    }

    /// <summary>Whether it is of a resource that could not be looked through. Some writers of events leave the version out, and with it the group.</summary>
    internal bool IsHidden(ObjectReference it)
    {
        var group = string.IsNullOrEmpty(it.ApiVersion) ? null : it.ApiGroup;
        return Skipped.Any(skipped => skipped.Resource.Kind == it.Kind && (group is null || skipped.Resource.Group == group))
            || ApiCatalog.Includes(Unanswered, group);
    }

    internal static string Name(ObjectReference it) => $"{it.ApiGroup}/{it.Kind}/{it.Namespace}/{it.Name}";
}

/// <summary>A resource that could not be looked through.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Namespace">Where; <see langword="null"/> for all namespaces.</param>
/// <param name="Error">Why, mostly a right that is missing (403).</param>
public sealed record SkippedResource(ApiResource Resource, string? Namespace, Exception Error)
{
    /// <summary>One line for people: what was skipped, and why.</summary>
    public override string ToString() =>
        $"{Resource} in {(Namespace is null ? "all namespaces" : "namespace " + Namespace)} could not be looked through: {Error.Message}";
}
