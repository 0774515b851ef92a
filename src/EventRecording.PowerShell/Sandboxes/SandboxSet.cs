namespace EventRecording.PowerShell;

/// <summary>The sandboxes of this process; at most one of them is what <c>KUBECONFIG</c> names.</summary>
/// <param name="close">Writes what is pending for a sandbox until a deadline, and closes its sessions.</param>
internal sealed class SandboxSet(Func<KubeEventSandbox, TimeSpan, Task> close)
{
    /// <summary>Longest wait for what is pending when a sandbox is stopped.</summary>
    internal static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    private readonly object _lock = new();
    private readonly List<Entry> _running = [];

    /// <summary>The one that cmdlets and kubectl find by themselves.</summary>
    public KubeEventSandbox? Default
    {
        get
        {
            lock (_lock)
                return _running.Find(entry => entry.Variable is not null)?.Sandbox;
        }
    }

    /// <summary>Starts a sandbox.</summary>
    /// <param name="objects">What to store in it, as <c>kind/name</c> or JSON.</param>
    /// <param name="isDefault">Cmdlets and kubectl are to find it by themselves.</param>
    /// <param name="owner">The runspace whose removal of the module ends it.</param>
    /// <exception cref="InvalidOperationException">There is a default one already.</exception>
    /// <exception cref="ArgumentException">One of the objects is none.</exception>
    public KubeEventSandbox Start(IEnumerable<string> objects, bool isDefault, object? owner)
    {
        lock (_lock)
        {
            if (isDefault && Default is { } other)
                throw new InvalidOperationException($"The sandbox {other.Url} is running already: stop it with Stop-KubeEventSandbox, or start one more with -KeepKubeconfig and talk to it with -Kubeconfig.");
            var sandbox = Start(objects);
            _running.Add(new Entry(sandbox, owner, isDefault ? new KubeconfigVariable(sandbox.Kubeconfig) : null));
            return sandbox;
        }
    }

    /// <summary>Writes what is pending, stops the sandbox and removes its kubeconfig; it is gone, too, where that throws.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Another program took the port in an outage, so that nothing pending was written.</exception>
    public Task StopAsync(KubeEventSandbox sandbox) => StopAsync(entry => entry.Sandbox == sandbox);

    /// <summary>As <see cref="StopAsync(KubeEventSandbox)"/>, with all that a runspace started.</summary>
    public Task StopOwnedByAsync(object? owner) => StopAsync(entry => Equals(entry.Owner, owner));

    /// <summary>Removes the kubeconfigs; at the end of the process the servers go by themselves, after what is written then.</summary>
    public void RemoveFiles()
    {
        lock (_lock)
        {
            foreach (var entry in _running)
                entry.Sandbox.File.Dispose();
        }
    }

    private static KubeEventSandbox Start(IEnumerable<string> objects)
    {
        var server = new SandboxServer();
        try
        {
            // The file comes last: nobody would remove it if an object were none.
            var stored = server.Add(objects);
            return new KubeEventSandbox(server, new SandboxFile(server.Kubeconfig), stored);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private Task StopAsync(Predicate<Entry> which)
    {
        List<Entry> stopping;
        lock (_lock)
        {
            stopping = _running.FindAll(which);
            _running.RemoveAll(which);
        }

        // Each by itself: what becomes of one is nothing to the others.
        return Task.WhenAll(stopping.Select(StopAsync));
    }

    private async Task StopAsync(Entry entry)
    {
        try
        {
            await CloseAsync(entry.Sandbox).ConfigureAwait(false);
        }
        finally
        {
            // Nobody could do it later: it is no longer among those that run.
            entry.Variable?.Restore();
            entry.Sandbox.Stop();
        }
    }

    private async Task CloseAsync(KubeEventSandbox sandbox)
    {
        try
        {
            // An outage that a test left behind would make everybody wait.
            sandbox.Repair();
        }
        finally
        {
            await close(sandbox, StopDeadline).ConfigureAwait(false);
        }
    }

    private sealed record Entry(KubeEventSandbox Sandbox, object? Owner, KubeconfigVariable? Variable);
}
