using System.Text.RegularExpressions;

namespace EventRecording;

/// <summary>What a refusal by RBAC says: who may not do what, and where.</summary>
/// <param name="User">The user as the server knows it.</param>
/// <param name="Verb">The right that is missing, such as <c>create</c>.</param>
/// <param name="Resource">Resource in the plural, with a subresource behind a slash; or a path of the server that is no resource, such as <c>/api</c>, which begins with one.</param>
/// <param name="Group">API group; empty for the core group, and for a path.</param>
/// <param name="Namespace">Namespace, or <see langword="null"/> where the right is missing at the scope of the cluster.</param>
public sealed partial record AccessDenial(string User, string Verb, string Resource, string Group, string? Namespace)
{
    // What ends up in a command and a rule, which people copy, has the characters of such names alone: the words are the server's.
    private const string Pattern =
        """User "(?<user>.*)" cannot (?<verb>[a-z]+) (path "(?<resource>/[A-Za-z0-9/._~-]*)"|resource "(?<resource>[a-z0-9][a-z0-9./-]*)" """
        + """in API group "(?<group>[a-z0-9.-]*)" (in the namespace "(?<namespace>[a-z0-9-]*)"|at the cluster scope))""";

    /// <summary>
    /// The refusal that a status tells of; <see langword="null"/> if it tells of something else,
    /// also for the other kinds of 403 (quota, admission, a namespace that is being deleted), which no rule helps against.
    /// </summary>
    public static AccessDenial? From(KubernetesStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (status.Code != 403 || status.Causes.Count > 0)
            return null;
        var match = Refusal().Match(status.Message);
        return match.Success ? new AccessDenial(Text("user")!, Text("verb")!, Text("resource")!, Text("group") ?? "", Text("namespace")) : null;

        string? Text(string name) => match.Groups[name] is { Success: true } group ? SafeText.OneLine(group.Value, 256) : null;
    }

    private bool IsPath => Resource.StartsWith('/');

    // Names of kinds are looked up in all of it, so a rule for one path would lead to the next refusal.
    private bool IsDiscovery => Resource.Split('/') is ["", "api" or "apis", ..];

    /// <summary>The command that tells whether the right is there.</summary>
    public string CanI
    {
        get
        {
            if (IsPath)
                return $"kubectl auth can-i {Verb} {Resource}";
            var parts = Resource.Split('/', 2);
            var resource = Group.Length == 0 ? parts[0] : $"{parts[0]}.{Group}";
            var subresource = parts.Length == 2 ? $" --subresource={parts[1]}" : "";
            var scope = Namespace is null ? "--all-namespaces" : $"--namespace {Namespace}";
            return $"kubectl auth can-i {Verb} {resource}{subresource} {scope}";
        }
    }

    /// <summary>The rule that is missing, as it may stand below <c>rules:</c> of a Role or ClusterRole; in one line, since the prompt joins the lines of an error.</summary>
    public string Rule =>
        IsDiscovery ? $$"""- {nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*"], verbs: ["{{Verb}}"]}"""
        : IsPath ? $$"""- {nonResourceURLs: ["{{Resource}}"], verbs: ["{{Verb}}"]}"""
        : $$"""- {apiGroups: ["{{Group}}"], resources: ["{{Resource}}"], verbs: ["{{Verb}}"]}""";

    /// <summary>What is missing and what to do, in several lines.</summary>
    public override string ToString()
    {
        var where = Namespace is null ? "in the whole cluster" : $"in the namespace {Namespace}";
        var role = Namespace is null ? "A ClusterRole" : "A Role of that namespace, or a ClusterRole,";
        var what = IsDiscovery ? $"{Resource}, where a server says what a name means; an object that is given with its uid needs no name"
            : IsPath ? Resource
            : $"{Resource} of the API group \"{Group}\" {where}";
        return $"""
            User "{User}" may not {Verb} {what}. {role} bound to this user needs the rule:
            {Rule}
            Check with: {CanI}
            """.ReplaceLineEndings("\n");
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Refusal();
}
