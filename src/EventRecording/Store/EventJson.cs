using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EventRecording;

/// <summary>The JSON of events in both directions and both groups, for whoever writes a sink or a source of their own.</summary>
/// <remarks>
/// Reading takes what it finds: a field of another type than expected is passed over, invalid UTF-8 becomes U+FFFD. Safe for several threads.
/// Keeps the texts that repeat in lists (types, reasons, kinds), at most 4,096 of at most 128 bytes: one for each connection.
/// </remarks>
public sealed class EventJson
{
    private readonly StringPool _texts = new();

    /// <summary>The <see cref="KubeEvent.Context"/> of all events that are read.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Context { get; init; }

    /// <summary>The body of a request that creates this event, with the fields of its <see cref="KubeEvent.ApiVersion"/>.</summary>
    /// <exception cref="ArgumentException">The group is neither core/v1 nor events.k8s.io/v1.</exception>
    public static byte[] ToBytes(KubeEvent kubeEvent)
    {
        ArgumentNullException.ThrowIfNull(kubeEvent);
        EventApiVersion.Require(kubeEvent.ApiVersion, nameof(kubeEvent));
        return EventJsonWriter.ToBytes(kubeEvent);
    }

    /// <summary>The body of a merge patch (RFC 7386, <c>application/merge-patch+json</c>); <c>{}</c> for a patch without changes, which reads the event.</summary>
    /// <exception cref="ArgumentException">The group is neither of the two, or it is events.k8s.io/v1, through which only series, labels and annotations can be changed.</exception>
    public static byte[] ToBytes(EventPatch patch)
    {
        ArgumentNullException.ThrowIfNull(patch);
        EventApiVersion.Require(patch.ApiVersion, nameof(patch));
        return EventPatchJson.ToBytes(patch);
    }

    /// <summary>Reads a <c>Status</c>; <see langword="null"/> if the body is something else, as a proxy's page is.</summary>
    public static KubernetesStatus? TryReadStatus(ReadOnlySpan<byte> json) => StatusJson.TryRead(json);

    /// <summary>Reads one event.</summary>
    /// <param name="json">The event.</param>
    /// <param name="apiVersion">Its group where it does not say so itself, as in a list.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public KubeEvent ReadEvent(ReadOnlySpan<byte> json, string apiVersion = EventApiVersion.CoreV1) => EventJsonReader.Read(json, apiVersion, _texts, Context);

    /// <summary>Reads one event to the end of a stream.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="mostBytes">How large it may be.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    /// <exception cref="InvalidDataException">It is larger than allowed.</exception>
    public async ValueTask<KubeEvent> ReadEventAsync(Stream json, long mostBytes = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var input = new JsonStreamBuffer(json, mostBytes, firstBytes: JsonStreamBuffer.ForOne);
        while (await input.FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        return ReadEvent(input.Unread);
    }

    /// <summary>Reads a page of a list, event by event, and tells <see cref="EventListRequest.ContinueRead"/> as soon as it has read that.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="mostBytes">How large the page may be; a single event at most 16 MiB.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="JsonException">It is no list of events: its kind is not <c>EventList</c>.</exception>
    /// <exception cref="EndOfStreamException">It broke off before its end.</exception>
    /// <exception cref="InvalidDataException">It is larger than allowed.</exception>
    public async ValueTask<EventPage> ReadPageAsync(
        Stream json, EventListRequest request, long mostBytes = long.MaxValue, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(request);
        using var input = new JsonStreamBuffer(json, mostBytes);
        return await new EventPageReader(input, request, _texts, Context).ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the frames of a watch as they come, until the server ends it.</summary>
    /// <param name="json">The answer.</param>
    /// <param name="apiVersion">The group that is watched.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="JsonException">The server sent something that is no frame.</exception>
    /// <exception cref="EndOfStreamException">It broke off in the middle of a frame.</exception>
    /// <exception cref="InvalidDataException">A frame is larger than 16 MiB.</exception>
    public async IAsyncEnumerable<WatchFrame> ReadFramesAsync(
        Stream json, string apiVersion, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        using var input = new JsonStreamBuffer(json);
        var reader = new WatchFrameReader(input, apiVersion, _texts, Context);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            yield return frame;
    }
}
