using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EventRecording.Loader;

namespace EventRecording.PowerShell;

/// <summary>What happens when a runspace imports the module, when it removes it, and when it ends.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer
{
    /// <summary>Whether the process serves a job or a remote session: it is killed as soon as its last runspace is closed.</summary>
    internal static bool IsServed { get; set; }

    /// <inheritdoc/>
    public void OnImport()
    {
        DependencyContext.Attach();
        ProcessEnd.Attach();
        SerializedEventConverter.Reader = SerializedEvent.Restore;
        ModuleRemoval.Removed = Remove;
        if (Runspace.DefaultRunspace is not { } runspace)
            return;
        // However often it is imported.
        runspace.StateChanged -= OnStateChanged;
        runspace.StateChanged += OnStateChanged;
    }

    // Writes what is pending, closes the recorders and stops the sandboxes of this runspace. Those of others go on.
    private static void Remove()
    {
        var runspace = Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;
        ModuleState.RemoveAsync(runspace, ClusterSession.CloseDeadline).GetAwaiter().GetResult();
        ModuleState.Sandboxes.StopOwnedByAsync(runspace).GetAwaiter().GetResult();
    }

    private static void OnStateChanged(object? sender, RunspaceStateEventArgs e)
    {
        if (e.RunspaceStateInfo.State is not (RunspaceState.Closed or RunspaceState.Broken))
            return;
        var runspace = ((Runspace)sender!).InstanceId;
        // First: of two that end at the same time, the second one must find none.
        _ = ModuleState.LeaveAsync(runspace);
        if (IsServed && ModuleState.IsUnused)
            ModuleState.AllHaveLeftAsync().Wait(ProcessEnd.Deadline);
    }
}
