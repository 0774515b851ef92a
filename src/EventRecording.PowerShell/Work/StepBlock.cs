using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace EventRecording.PowerShell;

/// <summary>Runs a block as if it stood where the cmdlet stands, in the scope of the caller.</summary>
internal sealed class StepBlock(PSCmdlet cmdlet, ScriptBlock block)
{
    private const string Preference = "ErrorActionPreference";

    // Dot-sourced, so that the block has no scope of its own.
    private const string RunBlock = ". $args[0]";
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    // With 2>&1 PowerShell merges the errors that a cmdlet writes itself, and those of its block would go nowhere. Nothing public tells of it.
    private bool MergesErrors =>
        cmdlet.CommandRuntime.GetType().GetProperty("ErrorMergeTo", Hidden)?.GetValue(cmdlet.CommandRuntime)?.ToString() == "Output";

    // That of the module, or none, in which the block was written, which need not be the caller's. Nothing public tells it.
    private SessionState StateOfBlock
    {
        get
        {
            var state = typeof(ScriptBlock).GetProperty("SessionStateInternal", Hidden)?.GetValue(block);
            return state?.GetType().GetProperty("PublicSessionState", Hidden)?.GetValue(state) as SessionState ?? cmdlet.SessionState;
        }
    }

    /// <summary>Runs it; what it throws goes on.</summary>
    /// <param name="action">What it does at an error, as <c>-ErrorAction</c> of a function does; the block has no scope that could hold it. <see langword="null"/> for what holds there.</param>
    public void Run(ActionPreference? action)
    {
        var variables = StateOfBlock.PSVariable;
        var inherited = variables.Get(Preference);
        var before = inherited?.Value;
        if (action is not null)
            variables.Set(Preference, action);
        try
        {
            cmdlet.InvokeCommand.InvokeScript(MergesErrors ? RunBlock + " 2>&1" : RunBlock, false, PipelineResultTypes.Output | PipelineResultTypes.Error, null, block);
        }
        finally
        {
            // What the block set itself stays.
            if (action is not null && Equals(variables.GetValue(Preference), action))
                Restore(variables, inherited, before);
        }
    }

    // A scope that had no preference of its own must not keep one: that of a module lasts, and would no longer follow its callers.
    private static void Restore(PSVariableIntrinsics variables, PSVariable? inherited, object? before)
    {
        try
        {
            if (variables.Get(Preference) == inherited)
                variables.Set(Preference, before);
            else
                variables.Remove(Preference);
        }
        catch (SessionStateUnauthorizedAccessException)
        {
            // A function that was compiled with the variable cannot lose it, and ends soon.
            variables.Set(Preference, before);
        }
    }
}
