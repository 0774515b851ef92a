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
