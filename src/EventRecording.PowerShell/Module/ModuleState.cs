using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>What the module knows in one runspace, and what the runspaces of this process share.</summary>
internal sealed class ModuleState
{
    // By the runspace's Guid, boxed: the code of a dictionary of values would be compiled at each import.
    private static readonly ConcurrentDictionary<object, ModuleState> Runspaces = new();

    // Of runspaces that have ended, until all of theirs is written.
    private static readonly ConcurrentDictionary<ModuleState, TaskCompletionSource> Ended = new();

    // What became of that, until Sync-KubeEvent or the end of the process tells it.
    private static readonly ConcurrentDictionary<ClusterUser, BackgroundWrites> LeftBehind = new();
    private static readonly ClusterLinks Links = new(
        configuration => new ClusterConnection(configuration, new ClusterConnectionOptions { PluginOutput = Console.Error.WriteLine, PluginDirectory = () => PluginDirectory }), TimeProvider.System);

    // One for all runspaces, which share the plugins, too.
    private static volatile string? _pluginDirectory;

    /// <summary>Where exec plugins are started: at the location of the last cmdlet that had one. PowerShell's is not that of the process.</summary>
    public static string? PluginDirectory
    {
        get => _pluginDirectory;
        set => _pluginDirectory = value;
    }

    /// <summary>That of the runspace that runs on this thread.</summary>
    public static ModuleState Current => Runspaces.GetOrAdd(Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty, _ => new ModuleState());

    /// <summary>The sessions of all runspaces.</summary>
    public static IEnumerable<ClusterSessions> AllSessions => Runspaces.Values.Union(Ended.Keys).Select(state => state.Sessions);

    /// <summary>What nobody waits for, in all runspaces.</summary>
    public static IEnumerable<BackgroundWrites> AllBackground => AllSessions.SelectMany(sessions => sessions.Background()).Concat(LeftBehind.Values);

    /// <summary>What runspaces that have ended still write, or have told nobody.</summary>
    public static IEnumerable<BackgroundWrites> Left => Ended.Keys.SelectMany(state => state.Sessions.Background()).Concat(LeftBehind.Values);

    /// <summary>Whether all runspaces that have used the module have ended.</summary>
    public static bool IsUnused => Runspaces.IsEmpty;

    /// <summary>The sandboxes.</summary>
    public static SandboxSet Sandboxes { get; } = new(async (sandbox, deadline) =>
    {
        await Task.WhenAll(AllSessions.Select(sessions => sessions.CloseAsync(new ClusterSelection(sandbox.Kubeconfig, null), deadline))).ConfigureAwait(false);
        foreach (var sessions in AllSessions)
            sessions.Forget(sandbox.Url);
        foreach (var owner in LeftBehind.Keys.Where(owner => owner.Server == sandbox.Url))
            LeftBehind.TryRemove(owner, out _);
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
        var settled = Task.WhenAll(state.Sessions.Background().SelectMany(writes => writes.Pending()));
        await settled.WaitAsync(deadline, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var writes in state.Sessions.Background())
            writes.ForgetWritten();
        _ = LeaveAsync(runspace);
    }

    /// <summary>A runspace ended without having removed the module: what it handed over is still written, and what became of it is told by <c>Sync-KubeEvent</c> in another one, or at the end of the process.</summary>
    public static async Task LeaveAsync(Guid runspace)
    {
        if (!Runspaces.TryGetValue(runspace, out var state))
            return;
        // First: at the end of the process it must be in one of them.
        var left = new TaskCompletionSource();
        Ended.TryAdd(state, left);
        Runspaces.TryRemove(KeyValuePair.Create<object, ModuleState>(runspace, state));
        try
        {
            await state.Sessions.LeaveAsync(static owner => LeftBehind.GetOrAdd(owner, static owner => new BackgroundWrites(owner))).ConfigureAwait(false);
        }
        finally
        {
            Ended.TryRemove(state, out _);
            left.SetResult();
        }
    }

    /// <summary>All that ended runspaces have handed over is written, or has failed.</summary>
    public static Task AllHaveLeftAsync() => Task.WhenAll(Ended.Values.Select(left => left.Task));
}
