using System.Reflection;
using System.Runtime.Loader;

namespace EventRecording.PowerShell;

/// <summary>Loads what lies in the module's folder <c>dependencies</c>, so that another module may bring another version of the same package.</summary>
/// <remarks>
/// The assemblies that the cmdlets refer to are asked for in the default context, which doesn't find them there and asks here;
/// what those refer to in turn stays in this context. Types that users name are in the core, which is in the default context.
/// </remarks>
internal sealed class DependencyContext : AssemblyLoadContext
{
    private static readonly Assembly Core = typeof(EventRecorder).Assembly;
    private static readonly string[] Entrances = ["EventRecording.Cluster", "EventRecording.Sandbox"];
    private static readonly DependencyContext Instance = new(Path.Combine(Path.GetDirectoryName(typeof(DependencyContext).Assembly.Location)!, "dependencies"));
    private static int _attached;
    private readonly string _folder;

    private DependencyContext(string folder)
        : base("EventRecording.Dependencies") => _folder = folder;

    /// <summary>From now on the assemblies of the folder are found; none is loaded before it is needed.</summary>
    public static void Attach()
    {
        if (Interlocked.Exchange(ref _attached, 1) == 0)
            Default.Resolving += Resolve;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Core.GetName().Name)
            return Core;
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    // Not by LoadFromAssemblyName: where the file is missing, that asks the default context, which asks here again, without an end.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        Entrances.Contains(name.Name) ? Instance.Load(name) : null;
}
