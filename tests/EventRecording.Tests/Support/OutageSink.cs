using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

/// <summary>What a server does with requests.</summary>
public enum ServerMood
{
    Up,

    /// <summary>The request never arrives, and the client knows it.</summary>
    Refuses,

    /// <summary>A write is applied and its answer is lost, as all that comes afterwards.</summary>
    LosesAnswers,

    /// <summary>A write is lost and the client does not know whether it was applied; so is all that comes afterwards.</summary>
    LosesRequests,

    /// <summary>As <see cref="LosesRequests"/>, reading included from the start.</summary>
    LosesEverything,

    /// <summary>The request is never answered, nor applied.</summary>
    Hangs,

    /// <summary>The request is answered by 403 of a quota.</summary>
    SaysNo,
}

/// <summary>A sink in memory whose server comes and goes.</summary>
internal sealed class OutageSink : IEventSink
{
    private ServerMood _mood;
    private volatile bool _isDown;
    private int _requests;

    public InMemoryEventSink Server { get; } = new();

    public ServerMood Mood
    {
        get => _mood;
        set
        {
            _mood = value;
            _isDown = false;
        }
    }

    public int Requests => Volatile.Read(ref _requests);

    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) => AnswerAsync(() => Server.CreateAsync(kubeEvent, cancellationToken), cancellationToken);

    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => AnswerAsync(() => Server.PatchAsync(patch, cancellationToken), cancellationToken, isRead: patch.Annotations is null);

    private async ValueTask<KubeEvent> AnswerAsync(Func<ValueTask<KubeEvent>> apply, CancellationToken cancellationToken, bool isRead = false)
    {
        Interlocked.Increment(ref _requests);
        switch (Mood)
        {
            case ServerMood.Refuses:
                throw new ClusterConnectionException(ClusterConnectionFailure.Unreachable, "connection refused");
            case ServerMood.LosesAnswers or ServerMood.LosesRequests when isRead && !_isDown:
                return await apply();
            case ServerMood.LosesAnswers when !_isDown:
                await apply();
                _isDown = true;
                throw new ClusterConnectionException(ClusterConnectionFailure.Broken, "reset after the request was applied");
            case ServerMood.LosesAnswers or ServerMood.LosesRequests or ServerMood.LosesEverything:
                _isDown = true;
                throw new ClusterConnectionException(ClusterConnectionFailure.Broken, "reset before the request was applied");
            case ServerMood.Hangs:
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                return await apply();
            case ServerMood.SaysNo:
                throw new KubernetesApiException(new KubernetesStatus { Code = 403, Reason = "Forbidden", Message = "exceeded quota: events" });
            default:
                return await apply();
        }
    }
}
