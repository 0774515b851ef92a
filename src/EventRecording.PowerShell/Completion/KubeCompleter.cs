using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EventRecording.PowerShell;

/// <summary>Completes an argument with what the cluster of the command has: in 300 ms or not at all, and never with an error.</summary>
public abstract class KubeCompleter : IArgumentCompleter
{
    // A completer is no cmdlet: only a script reaches the location of its runspace.
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
            var selection = new ClusterSelection(PathOf(Text(fakeBoundParameters, nameof(KubeEventCmdlet.Kubeconfig))), Text(fakeBoundParameters, nameof(KubeEventCmdlet.Context)));
            var candidates = Candidates(ModuleSessions.Completion, selection, Text(fakeBoundParameters, "Namespace"), word.Value);
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
