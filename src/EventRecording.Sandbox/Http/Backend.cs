namespace EventRecording.Sandbox;

/// <summary>What stands behind both transports, TCP and the handler: the API, the faults that are planned, and the log of what came.</summary>
internal sealed class Backend(ApiServer api, SandboxOptions options) : IDisposable
{
    private CancellationTokenSource _connections = new();

    public FaultPlan Faults { get; } = new();

    public RequestLog Log { get; } = new(options.RequestLogLimit);

    public TimeProvider Time => options.TimeProvider;

    /// <summary>Cancelled when all connections are dropped.</summary>
    public CancellationToken Connections => Volatile.Read(ref _connections).Token;

    // Not disposed: a connection that is just being accepted may still ask for its token.
    public void DropConnections() => Interlocked.Exchange(ref _connections, new CancellationTokenSource()).Cancel();

    /// <summary>Drops all connections, and whoever comes later.</summary>
    public void Dispose() => Volatile.Read(ref _connections).Cancel();

    public Fault? ChooseFault(ApiRequest head) => Faults.Choose(new SandboxRequest(head));

    public void Record(ApiRequest request, Fault? fault) => Log.Add(new SandboxRequest(request, fault));

    /// <summary>Answers a request, or as a fault says that leaves the connection whole.</summary>
    public async ValueTask<ApiResponse> HandleAsync(ApiRequest request, Fault? fault, CancellationToken cancellationToken)
    {
        if (fault is AnswerFault answer)
            return answer.Response;
        if (fault is DelayFault delay)
            await Task.Delay(delay.Time, Time, cancellationToken).ConfigureAwait(false);
        // A fault counts what an answer says, not what becomes of it on its way.
        return fault is BodyFault ? api.Handle(request) : Compression.For(request, api.Handle(request));
    }

    /// <summary>Applies a request whose answer is lost.</summary>
    public void Apply(ApiRequest request) => api.Handle(request);
}
