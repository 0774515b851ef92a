using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EventRecording.PowerShell;

/// <summary>Waits in a method that a script calls. Ctrl+C ends no method, but it ends a script between two statements.</summary>
internal static class StoppableWait
{
    private static readonly string Wait = "while ([System.Threading.Tasks.Task]::WaitAny($args[0], 100) -lt 0) { }";

    /// <exception cref="PipelineStoppedException">Ctrl+C ended the waiting; what is waited for goes on.</exception>
    public static T For<T>(Task<T> work)
    {
        For((Task)work);
        return work.Result;
    }

    /// <inheritdoc cref="For{T}(Task{T})"/>
    public static void For(Task work)
    {
        if (Runspace.DefaultRunspace is not null)
            ScriptBlock.Create(Wait).Invoke(work);
        work.GetAwaiter().GetResult();
    }
}
