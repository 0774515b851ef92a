using System.Management.Automation;

namespace EventRecording.Loader;

/// <summary>Hears that the module is removed.</summary>
/// <remarks>The manifest names this assembly as its root. That of a nested one is told when any module is removed that has imported this one, and then never again; and a root is loaded before all others, which the cmdlets must not be.</remarks>
public sealed class ModuleRemoval : IModuleAssemblyCleanup
{
    /// <summary>What is done then. The cmdlets' assembly gives it.</summary>
    public static Action? Removed { get; set; }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => Removed?.Invoke();
}
