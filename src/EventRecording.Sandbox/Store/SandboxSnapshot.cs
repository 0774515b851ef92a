namespace EventRecording.Sandbox;

/// <summary>The state of a sandbox at a moment, like a backup of etcd.</summary>
public sealed class SandboxSnapshot
{
    internal SandboxSnapshot(StoreState state) => State = state;

    /// <summary>Version of the state.</summary>
    public long ResourceVersion => State.Version;

    internal StoreState State { get; }
}
