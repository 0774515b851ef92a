using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EventRecording.KubernetesClient;

/// <summary>Writes events through a client of the package KubernetesClient. Needs the rights <c>create</c> and <c>patch</c> on events.</summary>
/// <remarks>
/// The client is not disposed. Events go as the JSON of <see cref="EventJson"/> and not as the client's models, which write a time of a whole second
/// without its fraction: the API server refuses that as a MicroTime (<c>eventTime</c>, <c>series.lastObservedTime</c>).
/// A server that has just started refuses what it will allow a moment later; this sink cannot tell that from a missing right
/// (<see cref="KubernetesStatus.IsStarting"/> is never set), as the sink of EventRecording.Cluster can.
/// The client does not say whether a request that took too long had a connection: a write to an address that answers nothing is unknown then and not failed,
/// and a spool gives it up after the time that an event lives. With a <c>ConnectTimeout</c> of the client's handler that is shorter than <see cref="RequestTimeout"/> it is known:
/// <c>FirstMessageHandlerSetup = handler => ((SocketsHttpHandler)handler).ConnectTimeout = TimeSpan.FromSeconds(5)</c> in the client's configuration.
/// </remarks>
/// <param name="client">The client; it is needed until the broadcaster is disposed.</param>
public sealed class KubernetesClientEventSink(IKubernetes client) : IEventSink
{
    private readonly IKubernetes _client = client ?? throw new ArgumentNullException(nameof(client));
    private readonly EventJson _json = new();
    private readonly TimeSpan _requestTimeout = TimeSpan.FromSeconds(10);
    private readonly int? _maxConcurrentWrites = 16;

    /// <summary>How long one request may take, the client's way to its credential included.</summary>
    /// <value>Default: 10 seconds. The client's own timeout, 100 seconds, holds beside it.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than zero, or more than 24 days.</exception>
    public TimeSpan RequestTimeout
    {
        get => _requestTimeout;
        init => _requestTimeout = KubernetesCall.CheckTimeout(value);
    }

    /// <inheritdoc/>
    /// <remarks>The client holds a thread of the pool while it waits for the body of an answer: with more writes the whole process waits for new threads. A handler in the client that reads the body before bears more.</remarks>
    /// <value>Default: 16.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? MaxConcurrentWrites
    {
        get => _maxConcurrentWrites;
        init => _maxConcurrentWrites = value is < 1 ? throw new ArgumentOutOfRangeException(nameof(value), value, "MaxConcurrentWrites is at least 1.") : value;
    }

    /// <inheritdoc/>
    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kubeEvent);
        var group = KubernetesCall.Group(kubeEvent.ApiVersion);
        var body = KubernetesCall.Parse(EventJson.ToBytes(kubeEvent));
        return SendAsync(
            token => _client.CustomObjects.CreateNamespacedCustomObjectWithHttpMessagesAsync<JsonElement>(
                body, group, KubernetesCall.Version, KubernetesCall.Segment(kubeEvent.Namespace), KubernetesCall.Plural, cancellationToken: token),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var group = KubernetesCall.Group(patch.ApiVersion);
        var body = new V1Patch(KubernetesCall.Parse(EventJson.ToBytes(patch)), V1Patch.PatchType.MergePatch);
        return SendAsync(
            token => _client.CustomObjects.PatchNamespacedCustomObjectWithHttpMessagesAsync<JsonElement>(
                body, group, KubernetesCall.Version, KubernetesCall.Segment(patch.Namespace), KubernetesCall.Plural, KubernetesCall.Segment(patch.Name), cancellationToken: token),
            cancellationToken);
    }

    private ValueTask<KubeEvent> SendAsync(Func<CancellationToken, Task<HttpOperationResponse<JsonElement>>> send, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromException<KubeEvent>(new EventStoreException("The request was cancelled before it was sent.") { WasNotSent = true })
            : KubernetesCall.SendAsync(_client, send, answer => ValueTask.FromResult(_json.ReadEvent(answer)), RequestTimeout, cancellationToken);
}
