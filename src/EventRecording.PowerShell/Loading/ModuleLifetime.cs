using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EventRecording.PowerShell;

/// <summary>What happens when a runspace imports the module, and when it removes it.</summary>
/// <remarks>A runspace that is closed removes nothing, so the imports cannot be counted.</remarks>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static int _imported;

    /// <inheritdoc/>
    public void OnImport()
    {
        DependencyContext.Attach();
        if (Interlocked.Exchange(ref _imported, 1) == 0)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => ModuleSessions.Sandboxes.RemoveFiles();
    }

    /// <summary>Writes what is pending, and stops the sandboxes that this runspace started. Sessions that another runspace uses go on until it is done with them.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        ModuleSessions.Current.CloseAsync().GetAwaiter().GetResult();
        ModuleSessions.Sandboxes.StopOwnedByAsync(Runspace.DefaultRunspace?.InstanceId).GetAwaiter().GetResult();
    }
}
