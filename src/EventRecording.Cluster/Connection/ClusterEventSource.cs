using System.Globalization;
using System.Runtime.CompilerServices;

namespace EventRecording.Cluster;

/// <summary>Reads events from an API server. Needs the right <c>list</c>, and <c>watch</c> to watch.</summary>
public sealed class ClusterEventSource(ClusterConnection connection) : IEventSource
{
    private readonly ClusterConnection _connection = connection ?? throw new ArgumentNullException(nameof(connection));

    /// <inheritdoc/>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public ValueTask<EventPage> ListAsync(EventListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new(_connection.SendAsync(
            new ApiRequest(HttpMethod.Get, ListPath(request)),
            (stream, deadline) => _connection.Json.ReadPageAsync(stream, request, _connection.MaxResponseBytes, deadline),
            cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="ClusterConnectionException">The connection broke, or was disposed.</exception>
    public async IAsyncEnumerable<WatchFrame> WatchAsync(
        EventWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var open = new ApiRequest(HttpMethod.Get, WatchPath(request));
        using var answer = await _connection.OpenAsync(open, cancellationToken).ConfigureAwait(false);
        request.Opened?.Invoke();
        var response = answer.Response;
        using var stream = AnswerBody.Decompress(response.Content, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_connection.Disposal, cancellationToken);
        var frames = _connection.Json.ReadFramesAsync(stream, request.ApiVersion, end.Token).GetAsyncEnumerator(end.Token);
        await using var _ = frames.ConfigureAwait(false);
        while (await MoveNextAsync(frames, answer.Secrets, cancellationToken).ConfigureAwait(false))
            yield return frames.Current is { Status: { } status } refusal ? refusal with { Status = answer.Secrets.Mask(status) } : frames.Current;
    }

    private static string ListPath(EventListRequest request) => EventPath.Of(request.ApiVersion, request.Namespace) + EventPath.Query(
        ("fieldSelector", request.FieldSelector),
        ("labelSelector", request.LabelSelector),
        ("limit", request.Limit?.ToString(CultureInfo.InvariantCulture)),
        ("continue", request.Continue));

    private static string WatchPath(EventWatchRequest request) => EventPath.Of(request.ApiVersion, request.Namespace) + EventPath.Query(
        ("watch", "1"),
        ("allowWatchBookmarks", "true"),
        ("resourceVersion", request.ResourceVersion),
        ("fieldSelector", request.FieldSelector),
        ("labelSelector", request.LabelSelector),
        ("timeoutSeconds", request.Timeout is { } timeout ? WholeSeconds(timeout) : null));

    // Rounded up: a server that is asked for 0 takes a time of its own.
    private static string WholeSeconds(TimeSpan timeout) =>
        Math.Max(1, Math.Ceiling(timeout.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<WatchFrame> frames, SecretMask secrets, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (TransportErrors.IsTransportError(exception))
        {
            throw _connection.Explain(exception, secrets);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _connection.ThrowIfDisposed();
            throw;
        }
    }
}
