namespace EventRecording.Cluster;

/// <summary>Writes events to an API server. Needs the rights <c>create</c> and <c>patch</c> on events.</summary>
public sealed class ClusterEventSink(ClusterConnection connection) : IEventSink
{
    /// <summary>The way to the API server.</summary>
    public ClusterConnection Connection { get; } = connection ?? throw new ArgumentNullException(nameof(connection));

    /// <inheritdoc/>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(kubeEvent);
        var path = EventPath.Of(kubeEvent.ApiVersion, kubeEvent.Namespace);
        return SendAsync(new ApiRequest(HttpMethod.Post, path, EventJson.ToBytes(kubeEvent)), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var path = EventPath.Of(patch.ApiVersion, patch.Namespace, patch.Name);
        return SendAsync(new ApiRequest(HttpMethod.Patch, path, EventJson.ToBytes(patch), ApiRequest.MergePatch), cancellationToken);
    }

    private ValueTask<KubeEvent> SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        new(Connection.WriteAsync(request, ReadAsync, cancellationToken));

    private ValueTask<KubeEvent> ReadAsync(Stream stream, CancellationToken cancellationToken) =>
        Connection.Json.ReadEventAsync(stream, Connection.MaxResponseBytes, cancellationToken);
}
