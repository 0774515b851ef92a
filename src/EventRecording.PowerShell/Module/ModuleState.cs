using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>What the module knows in one runspace, and what the runspaces of this process share.</summary>
internal sealed class ModuleState
{
    // By the runspace's Guid, boxed: the code of a dictionary of values would be compiled at each import.
    private static readonly ConcurrentDictionary<object, ModuleState> Runspaces = new();
    private static readonly ClusterLinks Links = new(
        configuration => new ClusterConnection(configuration, new ClusterConnectionOptions { PluginOutput = Console.Error.WriteLine }), TimeProvider.System);

    /// <summary>That of the runspace that runs on this thread.</summary>
    public static ModuleState Current => Runspaces.GetOrAdd(Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty, _ => new ModuleState());

    /// <summary>That of all runspaces.</summary>
    public static IEnumerable<ModuleState> All => Runspaces.Values;

    /// <summary>The sandboxes.</summary>
    public static SandboxSet Sandboxes { get; } = new(async (sandbox, deadline) =>
    {
        await Task.WhenAll(All.Select(state => state.Sessions.CloseAsync(new ClusterSelection(sandbox.Kubeconfig, null), deadline))).ConfigureAwait(false);
        foreach (var state in All)
            state.Sessions.Forget(sandbox.Url);
    });

    /// <summary>What was said already of reasons.</summary>
    public static ReasonAdvice ReasonAdvice { get; } = new();

    /// <summary>The sessions.</summary>
    public ClusterSessions Sessions { get; } = new(new KubeConfigurationLoader(), Links, TimeProvider.System);

    /// <summary>Writes what this runspace has pending, and closes its sessions and recorders. Whoever imports the module again begins anew; what failed is told then, or at the end of the process.</summary>
    public static async Task RemoveAsync(Guid runspace, TimeSpan deadline)
    {
        if (!Runspaces.TryGetValue(runspace, out var state))
            return;
        await state.Sessions.CloseAsync(deadline).ConfigureAwait(false);
        Links.CloseUnused();
        // What a closed session settled is counted on other threads; what one that is in use still writes may take long.
        await Task.WhenAny(LeaveAsync(runspace), Task.Delay(deadline, TimeProvider.System)).ConfigureAwait(false);
    }

    /// <summary>A runspace ended without having removed the module: what it handed over is still written, and what failed is told at the end of the process.</summary>
    public static async Task LeaveAsync(Guid runspace)
    {
        if (!Runspaces.TryGetValue(runspace, out var state))
            return;
        var background = state.Sessions.Background();
        await Task.WhenAll(background.SelectMany(writes => writes.Pending())).ConfigureAwait(false);
        if (background.All(writes => writes.HasNothingToTell))
            Runspaces.TryRemove(runspace, out _);
    }
}
