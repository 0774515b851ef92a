namespace EventRecording.Sandbox;

/// <summary>Somebody who talks to the sandbox.</summary>
/// <remarks>The name <c>system:anonymous</c>, with no token, stands for whoever sends no credentials.</remarks>
/// <param name="name">Name, as messages of the server show it.</param>
/// <param name="token">Bearer token; <see langword="null"/> for a user who is only impersonated.</param>
/// <param name="rules">What the user may do.</param>
public sealed class SandboxUser(string name, string? token, params SandboxRule[] rules)
{
    private volatile SandboxRule[] _rules = rules;

    /// <summary>Name, as messages of the server show it.</summary>
    public string Name { get; } = name;

    /// <summary>Bearer token.</summary>
    public string? Token { get; } = token;

    /// <summary>What the user may do; can be changed while the sandbox runs.</summary>
    public IReadOnlyList<SandboxRule> Rules
    {
        get => _rules;
        set => _rules = [.. value];
    }

    /// <summary>A user who may do everything.</summary>
    public static SandboxUser Administrator(string token) => new("system:admin", token, SandboxRule.Everything);

    /// <summary>The name, never the token.</summary>
    public override string ToString() => Name;
}

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
