using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EventRecording.PowerShell;

/// <summary>What happens when a runspace imports the module, and when it removes it.</summary>
/// <remarks>A runspace that is closed removes nothing, so the imports cannot be counted.</remarks>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport()
    {
        DependencyContext.Attach();
        ProcessEnd.Attach();
    }

    /// <summary>Writes what is pending, disposes the recorders and stops the sandboxes of this runspace. Sessions that another runspace uses go on until it is done with them.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        var runspace = Runspace.DefaultRunspace?.InstanceId;
        ModuleSessions.Current.DisposeRecordersAsync(runspace).GetAwaiter().GetResult();
        ModuleSessions.Current.CloseAsync().GetAwaiter().GetResult();
        ModuleSessions.Sandboxes.StopOwnedByAsync(runspace).GetAwaiter().GetResult();
    }
}
