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
    private static readonly string[] Dependencies = [.. Entrances, "YamlDotNet"];
    private static readonly DependencyContext Instance = new(Path.Combine(Path.GetDirectoryName(typeof(DependencyContext).Assembly.Location)!, "dependencies"));
    private static int _attached;
    private readonly string _folder;

    private DependencyContext(string folder)
        : base("EventRecording.Dependencies") => _folder = folder;

    /// <summary>From now on the assemblies of the folder are found; none is loaded before it is needed.</summary>
    /// <exception cref="FileNotFoundException">One is missing. Later it would be an error of whatever needs it first, which may be the end of the process.</exception>
    public static void Attach()
    {
        if (Array.Find(Dependencies, name => !File.Exists(Instance.PathOf(name))) is { } missing)
            throw new FileNotFoundException($"The module is not whole: {Instance.PathOf(missing)} is missing. Install it again.");
        if (Interlocked.Exchange(ref _attached, 1) == 0)
            Default.Resolving += Resolve;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Core.GetName().Name)
            return Core;
        var path = PathOf(assemblyName.Name!);
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".dll");

    // Not by LoadFromAssemblyName: where the file is missing, that asks the default context, which asks here again, without an end.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        Entrances.Contains(name.Name) ? Instance.Load(name) : null;
}
