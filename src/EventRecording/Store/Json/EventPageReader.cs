using System.Text.Json;

namespace EventRecording;

/// <summary>Reads a page of a list of events.</summary>
internal sealed class EventPageReader(JsonStreamBuffer input, EventListRequest request, StringPool pool)
{
    private readonly ListReader<KubeEvent> _list = new(input, pool, json => EventJsonReader.Read(json, request.ApiVersion, pool), request.ContinueRead);

    /// <exception cref="JsonException">It is no list.</exception>
    /// <exception cref="EndOfStreamException">The list is not complete.</exception>
    public async ValueTask<EventPage> ReadAsync(CancellationToken cancellationToken)
    {
        var (items, metadata) = await _list.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new EventPage(items, metadata.ResourceVersion ?? "", metadata.Continue, metadata.RemainingItemCount);
    }
}
