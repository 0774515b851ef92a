using System.Collections.ObjectModel;

namespace EventRecording.PowerShell;

/// <summary>A sandbox that <c>Start-KubeEventSandbox</c> started.</summary>
public sealed class KubeEventSandbox
{
    private readonly SandboxServer _server;

    internal KubeEventSandbox(SandboxServer server, SandboxFile file, IReadOnlyList<ObjectReference> objects)
    {
        _server = server;
        File = file;
        // A list of a type that is not public has no index in PowerShell.
        Objects = new ReadOnlyCollection<ObjectReference>([.. objects]);
        Url = server.Address;
    }

    /// <summary>Address of the API server, on the loopback address.</summary>
    public Uri Url { get; }

    /// <summary>Path of its kubeconfig, for <c>-Kubeconfig</c> and for <c>kubectl --kubeconfig</c>.</summary>
    public string Kubeconfig => File.Path;

    /// <summary>The objects that were stored at its start, as objects to record on.</summary>
    public ReadOnlyCollection<ObjectReference> Objects { get; }

    /// <summary>It has not been stopped.</summary>
    public bool IsRunning { get; private set; } = true;

    internal SandboxFile File { get; }

    /// <summary>Breaks all connections and refuses new ones, as a network that is down does, until <see cref="EndOutage"/>.</summary>
    public void BeginOutage() => Running().BeginOutage();

    /// <summary>Ends what <see cref="BeginOutage"/> began.</summary>
    public void EndOutage() => Running().EndOutage();

    /// <summary>Fails the next writes of events: 429 and 500 or more are tried again, 403 is a refusal as by a quota.</summary>
    /// <param name="count">How many requests.</param>
    /// <param name="status">HTTP status, from 400 to 599; default: 503.</param>
    public void FailWrites(int count, int status = 503)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        Running().FailWrites(count, status);
    }

    /// <summary>The address.</summary>
    public override string ToString() => Url.ToString();

    internal void Repair() => _server.Repair();

    internal void Stop()
    {
        IsRunning = false;
        _server.Dispose();
        File.Dispose();
    }

    private SandboxServer Running() => IsRunning ? _server : throw new InvalidOperationException($"The sandbox {Url} is stopped.");
}
