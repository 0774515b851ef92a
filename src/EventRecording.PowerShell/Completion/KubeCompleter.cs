using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;

namespace EventRecording.PowerShell;

/// <summary>Completes an argument with what the cluster of the command has: in 250 ms, the first time in a second, or not at all, and never with an error.</summary>
public abstract class KubeCompleter : IArgumentCompleter
{
    private static readonly ConditionalWeakTable<ClusterSessions, ClusterCompletion> Completions = [];

    // A completer is no cmdlet: only a script reaches the location of its runspace.
    private static ScriptBlock Location => ScriptBlock.Create("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath");

    private static ScriptBlock ResolvePath => ScriptBlock.Create("$ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($args[0])");

    private protected KubeCompleter()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(fakeBoundParameters);
        var word = new CompletionWord(wordToComplete);
        try
        {
            var selection = KubeConfigurationLoader.Select(PathOf(Text(fakeBoundParameters, "Kubeconfig")), Text(fakeBoundParameters, "Context"), (string)Location.Invoke()[0].BaseObject);
            var candidates = Candidates(Completions.GetValue(ModuleState.Current.Sessions, sessions => new ClusterCompletion(sessions, TimeProvider.System)), selection, Text(fakeBoundParameters, "Namespace"), word.Value);
            return word.Choose(candidates)
                .Select(candidate => new CompletionResult(word.Write(candidate.Text), candidate.Text, CompletionResultType.ParameterValue, candidate.Tip))
                .ToArray();
        }
#pragma warning disable CA1031 // TAB says nothing of what went wrong; the cmdlet will.
        catch (Exception)
#pragma warning restore CA1031
        {
            return [];
        }
    }

    private protected abstract IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word);

    // The last one of several, which is the one before the cursor; wildcards name no namespace.
    private static string? Text(IDictionary bound, string name)
    {
        var value = bound[name] is object[] { Length: > 0 } several ? several[^1] : bound[name];
        return value?.ToString() is { Length: > 0 } text && !text.Contains('*', StringComparison.Ordinal) ? text : null;
    }

    private static string? PathOf(string? kubeconfig) =>
        kubeconfig is null ? null : (ResolvePath.Invoke(kubeconfig)[0].BaseObject as string);
}

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
    private static readonly IReadOnlyList<Candidate> Usual = [new("10m", "ten minutes ago"), new("1h", "an hour ago"), new("24h", "a day ago")];

    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => Usual;
}

/// <summary>Completes Normal, Warning, and what other writers made up.</summary>
public sealed class TypeCompleter : KubeCompleter
{
    private protected override IReadOnlyList<Candidate> Candidates(ClusterCompletion completion, ClusterSelection selection, string? ns, string word) => completion.Types(selection, ns);
}
