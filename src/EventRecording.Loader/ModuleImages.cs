using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace EventRecording.Loader;

/// <summary>Loads the assemblies of the module from the folder <c>ready-to-run</c>, which holds them compiled ahead of time for each system.</summary>
/// <remarks>
/// PowerShell makes the converter of <c>EventRecording.Types.ps1xml</c> before it loads the cmdlets, which begins this. When it then comes to the assemblies that lie beside the manifest, the runtime sees that it has them already.
/// Where there are none for this system, PowerShell's are loaded, and compiled as they run.
/// </remarks>
internal static class ModuleImages
{
    // Every other version ignores the code of these images, and their core lacks the marks of what is hot, which the one beside the manifest has.
    private const int Runtime = 10;

    public static void Load()
    {
        if (Environment.Version.Major != Runtime)
            return;
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleImages).Assembly.Location)!, "ready-to-run", $"{system}-{architecture}");
        if (!Directory.Exists(folder))
            return;
        try
        {
            // The core before the cmdlets, which refer to it.
            AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(folder, "EventRecording.dll"));
            AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(folder, "EventRecording.PowerShell.dll"));
        }
        catch (Exception e) when (e is BadImageFormatException or IOException)
        {
            // Damaged, incomplete, or the process has another version: PowerShell comes to those beside the manifest, and tells what is wrong with them.
        }
    }
}
