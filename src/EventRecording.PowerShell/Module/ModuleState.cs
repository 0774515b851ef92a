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

    /// <summary>What runspaces that have ended still write, or have failed with and told nobody.</summary>
    public static IEnumerable<BackgroundWrites> Left => All.Where(state => state._isLeft).SelectMany(state => state.Sessions.Background());

    /// <summary>The sandboxes.</summary>
    public static SandboxSet Sandboxes { get; } = new(async (sandbox, deadline) =>
    {
        await Task.WhenAll(All.Select(state => state.Sessions.CloseAsync(new ClusterSelection(sandbox.Kubeconfig, null), deadline))).ConfigureAwait(false);
        foreach (var state in All)
            state.Sessions.Forget(sandbox.Url);
    });

    /// <summary>What was said already of reasons.</summary>
    public static ReasonAdvice ReasonAdvice { get; } = new();

    private volatile bool _isLeft;

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
        await Task.WhenAny(ForgetSettledAsync(runspace, state), Task.Delay(deadline, TimeProvider.System)).ConfigureAwait(false);
        foreach (var writes in state.Sessions.Background())
            writes.ForgetWritten();
    }

    /// <summary>A runspace ended without having removed the module: what it handed over is still written, and what failed is told by <c>Sync-KubeEvent</c> in another one, or at the end of the process.</summary>
    public static async Task LeaveAsync(Guid runspace)
    {
        if (!Runspaces.TryGetValue(runspace, out var state))
            return;
        state._isLeft = true;
        await ForgetSettledAsync(runspace, state).ConfigureAwait(false);
    }

    /// <summary>What was told of runspaces that have ended need not be kept.</summary>
    public static void ForgetTold()
    {
        foreach (var (runspace, state) in Runspaces)
        {
            if (state._isLeft)
                Forget(runspace, state);
        }
    }

    private static async Task ForgetSettledAsync(Guid runspace, ModuleState state)
    {
        var background = state.Sessions.Background();
        await Task.WhenAll(background.SelectMany(writes => writes.Pending())).ConfigureAwait(false);
        await Task.WhenAll(background.SelectMany(writes => writes.Recorders()).Select(recorder => recorder.FlushAsync(null, CancellationToken.None))).ConfigureAwait(false);
        Forget(runspace, state);
    }

    private static void Forget(object runspace, ModuleState state)
    {
        if (state.Sessions.Background().All(writes => writes.HasNothingToTell))
            Runspaces.TryRemove(runspace, out _);
    }
}
