using EventRecording.Sandbox;

namespace EventRecording.Contract;

/// <summary>What a test of the contract asks for.</summary>
public sealed record ContractSetup
{
    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How a watch from a version that is too old is told so.</summary>
    public TooOld TooOld { get; init; }

    /// <summary>How often a watch gets a bookmark.</summary>
    public TimeSpan? BookmarkInterval { get; init; }
}

/// <summary>How a watch from a version that is too old is told so: servers differ.</summary>
public enum TooOld
{
    Frame,
    Status,
    EndWithoutFrame,
}

/// <summary>A store of events behind both seams, with what the seams do not have: deleting, forgetting, and things that go wrong.</summary>
public sealed class ContractStore(IEventSink sink, IEventSource source) : IAsyncDisposable
{
    public IEventSink Sink { get; } = sink;

    public IEventSource Source { get; } = source;

    /// <summary>Where only this test writes.</summary>
    public string Namespace { get; init; } = "default";

    public required Func<KubeEvent, Task> DeleteAsync { get; init; }

    /// <summary>Forgets all versions before the present one.</summary>
    public Action Compact { get; init; } = static () => throw new NotSupportedException("This store forgets when it likes.");

    /// <summary>The sandbox behind the store, for tests in which something goes wrong.</summary>
    public KubernetesSandbox Server { get => field ?? throw new NotSupportedException("Nothing can be made to go wrong with this store."); init; }

    /// <summary>The rights of who asks; all at first.</summary>
    public SandboxUser User { get => field ?? throw new NotSupportedException("This store has no rights."); init; }

    public required Func<ValueTask> CloseAsync { get; init; }

    public ValueTask DisposeAsync() => CloseAsync();
}
