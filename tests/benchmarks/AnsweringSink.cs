namespace EventRecording.Benchmarks;

/// <summary>Answers every write at once, as a server would that costs nothing.</summary>
internal sealed class AnsweringSink : IEventSink
{
    private static readonly Action<KubeEvent, string> SetName = typeof(KubeEvent).GetProperty(nameof(KubeEvent.Name))!.SetMethod!.CreateDelegate<Action<KubeEvent, string>>();

    // One for all: an answer of its own for each would count as what the recorder allocates.
    private readonly KubeEvent _answer = new() { ResourceVersion = "1", CoreCount = 1 };

    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) => Answer(kubeEvent.Name);

    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => Answer(patch.Name);

    private ValueTask<KubeEvent> Answer(string name)
    {
        SetName(_answer, name);
        return new(_answer);
    }
}
