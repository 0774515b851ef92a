using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using k8s;
using k8s.Models;

namespace EventRecording.KubernetesClient;

/// <summary>Reads events through a client of the package KubernetesClient. Needs the right <c>list</c>, and <c>watch</c> to watch.</summary>
/// <remarks>
/// The client is not disposed. Lists and frames are read as JSON by <see cref="EventJson"/> and not as the client's models, for which one time
/// that is none makes a whole list fail.
/// </remarks>
/// <param name="client">The client; it is needed until the last list and watch has ended.</param>
public sealed class KubernetesClientEventSource(IKubernetes client) : IEventSource
{
    private readonly IKubernetes _client = client ?? throw new ArgumentNullException(nameof(client));
    private readonly EventJson _json = new();
    private readonly TimeSpan _requestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long one page of a list may take, the client's way to its credential included. A watch is bounded by its own timeout.</summary>
    /// <value>Default: 30 seconds. The client's own timeout, 100 seconds, holds beside it.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not more than zero, or more than 24 days.</exception>
    public TimeSpan RequestTimeout
    {
        get => _requestTimeout;
        init => _requestTimeout = KubernetesCall.CheckTimeout(value);
    }

    /// <inheritdoc/>
    public ValueTask<EventPage> ListAsync(EventListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var group = KubernetesCall.Group(request.ApiVersion);
        return KubernetesCall.SendAsync(
            _client,
            token => string.IsNullOrEmpty(request.Namespace)
                ? _client.CustomObjects.ListClusterCustomObjectWithHttpMessagesAsync<JsonElement>(
                    group, KubernetesCall.Version, KubernetesCall.Plural,
                    continueParameter: request.Continue, fieldSelector: request.FieldSelector, labelSelector: request.LabelSelector, limit: request.Limit, cancellationToken: token)
                : _client.CustomObjects.ListNamespacedCustomObjectWithHttpMessagesAsync<JsonElement>(
                    group, KubernetesCall.Version, KubernetesCall.Segment(request.Namespace), KubernetesCall.Plural,
                    continueParameter: request.Continue, fieldSelector: request.FieldSelector, labelSelector: request.LabelSelector, limit: request.Limit, cancellationToken: token),
            answer => ReadPageAsync(answer, request, cancellationToken),
            RequestTimeout,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchFrame> WatchAsync(EventWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        // The client returns at the first frame, which may be long after the server's answer.
        request.Opened?.Invoke();
        var frames = Open(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = frames.ConfigureAwait(false);
        while (await NextAsync(frames, request.ApiVersion, cancellationToken).ConfigureAwait(false) is { } frame)
            yield return frame;
    }

    private async ValueTask<EventPage> ReadPageAsync(byte[] answer, EventListRequest request, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(answer, writable: false);
        return await _json.ReadPageAsync(stream, request, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    // The client reads each frame as these, by reflection: a trimmed app would keep nothing of them.
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(Watcher<KubernetesObject>.WatchEvent))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(Watcher<V1Status>.WatchEvent))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(Watcher<object>.WatchEvent))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.All, typeof(KubernetesObject))]
    private IAsyncEnumerable<(WatchEventType Type, object Object)> Open(EventWatchRequest request, CancellationToken cancellationToken)
    {
        var group = KubernetesCall.Group(request.ApiVersion);
        // A server that is asked for 0 seconds takes a time of its own.
        var seconds = request.Timeout is { } timeout ? (int)Math.Clamp(Math.Ceiling(timeout.TotalSeconds), 1, int.MaxValue) : (int?)null;
        return string.IsNullOrEmpty(request.Namespace)
            ? _client.CustomObjects.WatchListClusterCustomObjectAsync(
                group, KubernetesCall.Version, KubernetesCall.Plural,
                allowWatchBookmarks: true, fieldSelector: request.FieldSelector, labelSelector: request.LabelSelector, resourceVersion: request.ResourceVersion, timeoutSeconds: seconds,
                onError: EndWith, cancellationToken: cancellationToken)
            : _client.CustomObjects.WatchListNamespacedCustomObjectAsync(
                group, KubernetesCall.Version, KubernetesCall.Segment(request.Namespace), KubernetesCall.Plural,
                allowWatchBookmarks: true, fieldSelector: request.FieldSelector, labelSelector: request.LabelSelector, resourceVersion: request.ResourceVersion, timeoutSeconds: seconds,
                onError: EndWith, cancellationToken: cancellationToken);
    }

    // The client reports a frame that is cut, or of the type ERROR, and reads on as if nothing was lost; what is thrown here ends its loop.
    private static void EndWith(Exception error) => throw error;

    private async ValueTask<WatchFrame?> NextAsync(IAsyncEnumerator<(WatchEventType Type, object Object)> frames, string apiVersion, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.MoveNextAsync().ConfigureAwait(false) ? Read(frames.Current.Type, frames.Current.Object, apiVersion) : null;
        }
        catch (KubernetesException error) when (error.Status is { } status)
        {
            return new WatchFrame(WatchFrameType.Error, null, null, KubernetesCall.Read(status));
        }
        catch (Exception error) when (EndedBeforeItsFirstFrame(error))
        {
            return null;
        }
        catch (Exception error) when (KubernetesCall.Translate(error, _client, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    // The client looks at the first line before it returns, and takes its absence for an error: a quiet watch may end without any.
    private static bool EndedBeforeItsFirstFrame(Exception error) => (error as HttpRequestException)?.InnerException is EndOfStreamException or EndOfStreamException;

    private WatchFrame Read(WatchEventType type, object json, string apiVersion)
    {
        var kubeEvent = _json.ReadEvent(KubernetesCall.ToBytes((JsonElement)json), apiVersion);
        return type switch
        {
            WatchEventType.Added => new(WatchFrameType.Added, kubeEvent, kubeEvent.ResourceVersion, null),
            WatchEventType.Modified => new(WatchFrameType.Modified, kubeEvent, kubeEvent.ResourceVersion, null),
            WatchEventType.Deleted => new(WatchFrameType.Deleted, kubeEvent, kubeEvent.ResourceVersion, null),
            WatchEventType.Bookmark => new(WatchFrameType.Bookmark, null, kubeEvent.ResourceVersion, null),
            _ => throw new JsonException("A frame of the type ERROR must carry a Status."),
        };
    }
}
