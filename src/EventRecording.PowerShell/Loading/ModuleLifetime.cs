using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>What happens when a runspace imports the module, and when it removes it.</summary>
/// <remarks>A runspace that is closed removes nothing, so the imports cannot be counted.</remarks>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => DependencyContext.Attach();

    /// <summary>Writes what is pending. Sessions that another runspace uses go on until it is done with them.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo) => ModuleSessions.Current.CloseAsync().GetAwaiter().GetResult();
}
