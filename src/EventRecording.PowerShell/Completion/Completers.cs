namespace EventRecording.PowerShell;

/// <summary>Completes the contexts of the kubeconfig.</summary>
public sealed class ContextCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Contexts(selection);
}

/// <summary>Completes namespaces.</summary>
public sealed class NamespaceCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Namespaces(selection);
}

/// <summary>Completes kinds and short names, and behind the slash the names of objects.</summary>
public sealed class ObjectCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Objects(selection, ns, word);
}

/// <summary>Completes the reasons of the namespace's events.</summary>
public sealed class ReasonCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Reasons(selection, ns);
}

/// <summary>Completes who wrote the namespace's events.</summary>
public sealed class SourceCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Sources(selection, ns);
}

/// <summary>Completes how long ago; without it PowerShell offers the names of files.</summary>
public sealed class InstantCompleter : KubeCompleter
{
    private static readonly IReadOnlyList<Candidate> Usual = [new("10m", "ten minutes ago"), new("1h", "an hour ago"), new("1d", "a day ago")];

    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => Usual;
}

/// <summary>Completes Normal, Warning, and what other writers made up.</summary>
public sealed class TypeCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Types(selection, ns);
}
