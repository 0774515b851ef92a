using System.Management.Automation;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace EventRecording.Loader;

/// <summary>Loads the assemblies of the module from the folder <c>ready-to-run</c>, which holds them compiled ahead of time for each system.</summary>
/// <remarks>
/// The manifest names this assembly first. When PowerShell then loads those that lie beside the manifest, the runtime sees that it has them already.
/// Where there are none for this system or runtime, PowerShell's are loaded, and compiled as they run.
/// </remarks>
public sealed class ModuleImages : IModuleAssemblyInitializer
{
    // Older runtimes ignore the code of these images; newer ones take it for as long as they understand its form.
    private const int OldestRuntime = 10;
    private static readonly string[] Assemblies = ["EventRecording.dll", "EventRecording.PowerShell.dll"];

    /// <inheritdoc/>
    public void OnImport()
    {
        if (Environment.Version.Major >= OldestRuntime)
            Load(Path.Combine(Path.GetDirectoryName(typeof(ModuleImages).Assembly.Location)!, "ready-to-run", System));
    }

    /// <summary>As the folders are named: the identifier of the runtime, without the C library.</summary>
    internal static string System { get; } = $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>Loads what is in a folder; nothing, where it does not exist.</summary>
    internal static IReadOnlyList<Assembly> Load(string folder)
    {
        try
        {
            return [.. Assemblies.Select(file => Path.Combine(folder, file)).Where(File.Exists).Select(AssemblyLoadContext.Default.LoadFromAssemblyPath)];
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException)
        {
            // Damaged, of another system, or another version is loaded: those beside the manifest are tried next, and what is wrong with them is told.
            return [];
        }
    }
}
