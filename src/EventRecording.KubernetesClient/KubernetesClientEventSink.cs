using System.Text.Json;
using k8s;
using k8s.Models;

namespace EventRecording.KubernetesClient;

/// <summary>Writes events through a client of the package KubernetesClient. Needs the rights <c>create</c> and <c>patch</c> on events.</summary>
/// <remarks>
/// The client is not disposed. Events go as the JSON of <see cref="EventJson"/> and not as the client's models, which write a time of a whole second
/// without its fraction: the API server refuses that as a MicroTime (<c>eventTime</c>, <c>series.lastObservedTime</c>).
/// A server that has just started refuses what it will allow a moment later; this sink cannot tell that from a missing right
/// (<see cref="KubernetesStatus.IsStarting"/> is never set), as the sink of EventRecording.Cluster can.
/// </remarks>
/// <param name="client">The client.</param>
public sealed class KubernetesClientEventSink(IKubernetes client) : IEventSink
{
    private readonly EventJson _json = new();

    /// <summary>How long one request may take, the client's way to its credential included.</summary>
    /// <value>Default: 10 seconds. The client's own timeout, 100 seconds, holds beside it.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kubeEvent);
        var group = KubernetesCall.Group(kubeEvent.ApiVersion);
        var body = JsonSerializer.Deserialize<JsonElement>(EventJson.ToBytes(kubeEvent));
        return KubernetesCall.SendAsync(
            token => client.CustomObjects.CreateNamespacedCustomObjectWithHttpMessagesAsync<JsonElement>(
                body, group, KubernetesCall.Version, KubernetesCall.Segment(kubeEvent.Namespace), KubernetesCall.Plural, cancellationToken: token),
            answer => ValueTask.FromResult(_json.ReadEvent(answer)),
            RequestTimeout,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var group = KubernetesCall.Group(patch.ApiVersion);
        var body = new V1Patch(JsonSerializer.Deserialize<JsonElement>(EventJson.ToBytes(patch)), V1Patch.PatchType.MergePatch);
        return KubernetesCall.SendAsync(
            token => client.CustomObjects.PatchNamespacedCustomObjectWithHttpMessagesAsync<JsonElement>(
                body, group, KubernetesCall.Version, KubernetesCall.Segment(patch.Namespace), KubernetesCall.Plural, KubernetesCall.Segment(patch.Name), cancellationToken: token),
            answer => ValueTask.FromResult(_json.ReadEvent(answer)),
            RequestTimeout,
            cancellationToken);
    }
}
