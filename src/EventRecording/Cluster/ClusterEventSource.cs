using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EventRecording.Reading;

namespace EventRecording.Cluster;

/// <summary>Reads events from an API server. Needs the right <c>list</c>, and <c>watch</c> to watch.</summary>
public sealed class ClusterEventSource(ClusterConnection connection) : IEventSource
{
    // How much later than asked for a server may end a watch before it counts as dead.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public ValueTask<EventPage> ListAsync(EventListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = new StringBuilder(EventPath.Of(request.ApiVersion, request.Namespace));
        EventPath.AddQuery(path, "fieldSelector", request.FieldSelector);
        EventPath.AddQuery(path, "labelSelector", request.LabelSelector);
        EventPath.AddQuery(path, "limit", request.Limit?.ToString(CultureInfo.InvariantCulture));
        EventPath.AddQuery(path, "continue", request.Continue);
        return new(connection.SendAsync(new ApiRequest(HttpMethod.Get, path.ToString()), ReadAsync, cancellationToken));

        async ValueTask<EventPage> ReadAsync(Stream stream, CancellationToken deadline)
        {
            using var input = connection.Open(stream);
            return await new EventPageReader(input, request.ApiVersion, connection.Texts).ReadAsync(deadline).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ClusterConnectionException">The connection broke, or the server went silent beyond the timeout of the watch.</exception>
    public async IAsyncEnumerable<WatchFrame> WatchAsync(EventWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var response = await connection.OpenAsync(new ApiRequest(HttpMethod.Get, WatchPath(request)), cancellationToken).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var input = new JsonInput(stream);
        using var deadline = new RequestDeadline(request.Timeout + Grace, connection.TimeProvider, cancellationToken);
        var reader = new WatchFrameReader(input, request.ApiVersion, connection.Texts);
        while (await ReadAsync(reader, deadline).ConfigureAwait(false) is { } frame)
            yield return frame;
    }

    private static string WatchPath(EventWatchRequest request)
    {
        var path = new StringBuilder(EventPath.Of(request.ApiVersion, request.Namespace));
        EventPath.AddQuery(path, "watch", "1");
        EventPath.AddQuery(path, "allowWatchBookmarks", "true");
        EventPath.AddQuery(path, "resourceVersion", request.ResourceVersion);
        EventPath.AddQuery(path, "fieldSelector", request.FieldSelector);
        EventPath.AddQuery(path, "labelSelector", request.LabelSelector);
        if (request.Timeout is { } timeout)
            EventPath.AddQuery(path, "timeoutSeconds", Math.Max(1, Math.Ceiling(timeout.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture));
        return path.ToString();
    }

    private async ValueTask<WatchFrame?> ReadAsync(WatchFrameReader reader, RequestDeadline deadline)
    {
        try
        {
            return await reader.ReadAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw TransportErrors.Timeout(connection.Configuration, deadline.Timeout);
        }
        catch (Exception exception) when (TransportErrors.IsTransportError(exception))
        {
            throw TransportErrors.Translate(exception, connection.Configuration);
        }
    }
}
