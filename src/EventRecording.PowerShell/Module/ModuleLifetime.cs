using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EventRecording.Loader;

namespace EventRecording.PowerShell;

/// <summary>What happens when a runspace imports the module, when it removes it, and when it ends.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>Whether the process serves a job or a remote session: it is killed as soon as its last runspace is closed.</summary>
    internal static bool IsServed { get; set; }

    /// <inheritdoc/>
    public void OnImport()
    {
        DependencyContext.Attach();
        ProcessEnd.Attach();
        SerializedEventConverter.Reader = SerializedEvent.Restore;
        if (Runspace.DefaultRunspace is { } runspace)
            runspace.StateChanged += OnStateChanged;
    }

    /// <summary>Writes what is pending, closes the recorders and stops the sandboxes of this runspace. Those of others go on.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (IsStillImported())
            return;
        var runspace = Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;
        ModuleState.RemoveAsync(runspace, ClusterSession.CloseDeadline).GetAwaiter().GetResult();
        ModuleState.Sandboxes.StopOwnedByAsync(runspace).GetAwaiter().GetResult();
    }

    // Called, too, when a module is removed that had imported this one, and the session or another module still has it.
    private static bool IsStillImported()
    {
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").Invoke<PSModuleInfo>().Count(Has) > 1;

        static bool Has(PSModuleInfo module) => module.Name == "EventRecording" || module.NestedModules.Any(Has);
    }

    private static void OnStateChanged(object? sender, RunspaceStateEventArgs e)
    {
        if (e.RunspaceStateInfo.State is not (RunspaceState.Closed or RunspaceState.Broken))
            return;
        var runspace = ((Runspace)sender!).InstanceId;
        var mayBeKilled = IsServed && ModuleState.IsLast(runspace);
        var leaving = ModuleState.LeaveAsync(runspace);
        if (mayBeKilled)
            leaving.Wait(ProcessEnd.Deadline);
    }
}
