namespace EventRecording.Tests.Support;

/// <summary>A sink in memory whose requests go wrong as a test says.</summary>
internal sealed class FaultySink : IEventSink
{
    private readonly object _lock = new();
    private readonly List<SinkRequest> _requests = [];
    private readonly Queue<SinkFault> _next = new();

    public InMemoryEventSink Server { get; } = new();

    /// <summary>What goes wrong with a request; asked after what <see cref="Next"/> has queued.</summary>
    public Func<SinkRequest, SinkFault?> Fault { get; set; } = static _ => null;

    public IReadOnlyList<SinkRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>The only event.</summary>
    public KubeEvent Event => Assert.Single(Server.Events);

    public long SumOfCounts => Server.Events.Sum(kubeEvent => (long)kubeEvent.Count);

    /// <summary>The next requests go wrong like this, one after the other.</summary>
    public FaultySink Next(params SinkFault[] faults)
    {
        foreach (var fault in faults)
            _next.Enqueue(fault);
        return this;
    }

    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) =>
        AnswerAsync(new SinkRequest(kubeEvent, null), token => Server.CreateAsync(kubeEvent, token), cancellationToken);

    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) =>
        AnswerAsync(new SinkRequest(null, patch), token => Server.PatchAsync(patch, token), cancellationToken);

    private async ValueTask<KubeEvent> AnswerAsync(SinkRequest request, Func<CancellationToken, ValueTask<KubeEvent>> apply, CancellationToken cancellationToken)
    {
        SinkFault? fault;
        lock (_lock)
        {
            _requests.Add(request);
            if (!_next.TryDequeue(out fault))
                fault = Fault(request);
        }

        if (fault?.Gate is { } gate)
        {
            await gate.PassAsync(request.ToString());
            fault = fault.Then;
        }

        if (fault is null)
            return await apply(cancellationToken);
        if (fault.Instead is { } instead)
            return await instead(request, cancellationToken);
        if (fault.Applies)
            await apply(cancellationToken);
        fault.Afterwards?.Invoke();
        if (fault.Hangs)
            await new TaskCompletionSource().Task.WaitAsync(fault.IgnoresCancellation ? CancellationToken.None : cancellationToken);
        throw fault.Error!;
    }
}

/// <summary>A request that reached a sink.</summary>
internal sealed record SinkRequest(KubeEvent? Create, EventPatch? Patch)
{
    public bool IsCreate => Create is not null;

    /// <summary>The empty patch.</summary>
    public bool IsRead => Patch is { Count: null, Series: null, Annotations: null };

    public bool IsCountUp => Patch is not null && !IsRead;

    public string ApiVersion => Create?.ApiVersion ?? Patch!.ApiVersion;

    public string Namespace => Create?.Namespace ?? Patch!.Namespace;

    public string Name => Create?.Name ?? Patch!.Name;

    public override string ToString() => $"{(IsCreate ? "create" : IsRead ? "read" : "patch")} {Namespace}/{Name}";
}

/// <summary>How a request goes wrong.</summary>
internal sealed record SinkFault
{
    public Exception? Error { get; private init; }

    /// <summary>The request is applied all the same.</summary>
    public bool Applies { get; private init; }

    public bool Hangs { get; private init; }

    public bool IgnoresCancellation { get; private init; }

    /// <summary>What happens between the request and the loss of its answer.</summary>
    public Action? Afterwards { get; init; }

    public Func<SinkRequest, CancellationToken, ValueTask<KubeEvent>>? Instead { get; private init; }

    public Gate? Gate { get; private init; }

    public SinkFault? Then { get; private init; }

    public static SinkFault Answer(Exception error) => new() { Error = error };

    public static SinkFault Lost() => new() { Error = new HttpRequestException("reset before the request was applied") };

    public static SinkFault LostAfterApplying(Exception? error = null) =>
        new() { Error = error ?? new HttpRequestException("reset after the request was applied"), Applies = true };

    public static SinkFault Hang(bool applies = false, bool ignoresCancellation = false) =>
        new() { Hangs = true, Applies = applies, IgnoresCancellation = ignoresCancellation };

    /// <summary>The request waits at a gate; afterwards it goes well, or wrong in another way.</summary>
    public static SinkFault HeldAt(Gate gate, SinkFault? then = null) => new() { Gate = gate, Then = then };

    public static SinkFault Says(Func<SinkRequest, CancellationToken, ValueTask<KubeEvent>> answer) => new() { Instead = answer };
}
