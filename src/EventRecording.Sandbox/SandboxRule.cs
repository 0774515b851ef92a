namespace EventRecording.Sandbox;

/// <summary>A rule of a role: verbs on resources, in one namespace or in all.</summary>
/// <param name="Verbs">Verbs of the API, such as <c>create</c> and <c>patch</c>; <c>*</c> for all.</param>
/// <param name="Groups">API groups; an empty string for the core group, <c>*</c> for all.</param>
/// <param name="Resources">Plural names, such as <c>events</c>; <c>*</c> for all.</param>
/// <param name="Namespace">The namespace of a Role; <see langword="null"/> for a ClusterRole.</param>
public sealed record SandboxRule(
    IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, string? Namespace = null)
{
    /// <summary>All verbs on all resources.</summary>
    public static SandboxRule Everything { get; } = new(["*"], ["*"], ["*"]);

    internal bool Allows(string verb, string group, string resource, string space) =>
        Has(Verbs, verb) && Has(Groups, group) && Has(Resources, resource) && (Namespace is null || Namespace == space);

    private static bool Has(IReadOnlyList<string> allowed, string asked) => allowed.Contains("*") || allowed.Contains(asked);
}
