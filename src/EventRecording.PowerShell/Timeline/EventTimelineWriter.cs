using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>
/// Writes events as one HTML page: a lane for each object, repeated events as bars from their first to their last occurrence, a filter,
/// a table. The page is complete in itself and loads nothing; what the cluster sent is text in it and nothing else.
/// </summary>
/// <remarks>Text is made visible by <see cref="SafeText"/> first. Events go straight to the stream: memory does not grow with their number.</remarks>
internal sealed class EventTimelineWriter : IDisposable
{
    // Escapes what has a meaning in HTML, too, so that no text ends the script that holds it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    private const int FlushAtBytes = 32 * 1024;

    private readonly Stream _destination;
    private readonly Utf8JsonWriter _json;

    /// <summary>Begins a page.</summary>
    /// <param name="destination">Gets the page; it stays open.</param>
    /// <param name="title">Heading and title of the page.</param>
    /// <param name="createdAt">When the page is written, as it says below its heading.</param>
    public EventTimelineWriter(Stream destination, string title, DateTimeOffset createdAt)
    {
        _destination = destination;
        _destination.Write(Encoding.UTF8.GetBytes(TimelinePage.Head(title, createdAt)));
        _json = new Utf8JsonWriter(destination, Options);
        _json.WriteStartArray();
    }

    /// <summary>Adds an event, in any order. One without a time is in the table only.</summary>
    /// <param name="item">The event.</param>
    /// <param name="relation">What its object is to the one that the page is about: one of <see cref="ObjectRelation"/>. That one's lane comes first.</param>
    public void Write(KubeEvent item, string? relation = null)
    {
        var (first, last) = (item.FirstSeen?.ToUnixTimeMilliseconds(), item.LastSeen?.ToUnixTimeMilliseconds());
        _json.WriteStartArray();
        WriteText(item.Type);
        WriteText(item.Reason);
        WriteText(item.InvolvedObject.Kind);
        WriteText(item.InvolvedObject.Namespace ?? item.Namespace);
        WriteText(item.InvolvedObject.Name);
        _json.WriteNumberValue(item.Count);

        // A writer whose clock went back gives a last occurrence before the first.
        WriteTime(last < first ? last : first);
        WriteTime(last < first ? first : last);
        WriteText(item.Source);
        WriteText(item.Message);
        WriteText(item.Context);
        if (relation is not null)
            WriteText(relation);
        _json.WriteEndArray();
        if (_json.BytesPending > FlushAtBytes)
            _json.Flush();
    }

    /// <summary>Ends the page; nothing more can be written.</summary>
    public void Complete()
    {
        _json.WriteEndArray();
        _json.Flush();
        _destination.Write(Encoding.UTF8.GetBytes(TimelinePage.Tail));
        _destination.Flush();
    }

    /// <summary>Frees the buffer; without <see cref="Complete"/> the page is of no use.</summary>
    public void Dispose()
    {
        // What is not complete stays out of the stream, which may be closed by now.
        _json.Reset(Stream.Null);
        _json.Dispose();
    }

    private void WriteText(string? text) => _json.WriteStringValue(SafeText.Escape(text));

    private void WriteTime(long? milliseconds)
    {
        if (milliseconds is { } time)
            _json.WriteNumberValue(time);
        else
            _json.WriteNullValue();
    }
}
