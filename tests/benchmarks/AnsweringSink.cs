namespace EventRecording.Benchmarks;

/// <summary>Answers every write at once, as a server would that costs nothing.</summary>
internal sealed class AnsweringSink : IEventSink
{
    private static readonly KubeEvent Answer = new() { ResourceVersion = "1", CoreCount = 1 };

    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) => new(Answer);

    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => new(Answer);
}
