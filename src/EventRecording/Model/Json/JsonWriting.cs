using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventRecording;

/// <summary>Writing the values of an event as the API wants them.</summary>
internal static class JsonWriting
{
    // The body goes to an API server and never into HTML, so that text stays readable there and small.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int LargestKept = 16 * 1024;
    private const int SecondsLength = 19;
    private const int MicrosecondsLength = 26;

    // One for each thread: making them costs as much as writing an event.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>The character is written as <c>\uXXXX</c>.</summary>
    public static bool Escapes(Rune rune) => Options.Encoder!.WillEncode(rune.Value);

    /// <summary>The bytes of one object.</summary>
    public static byte[] ToBytes<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var (buffer, writer) = (_buffer, _writer);
        if (buffer is null || writer is null)
        {
            buffer = new ArrayBufferWriter<byte>(1024);
            writer = new Utf8JsonWriter(buffer, Options);
        }

        // Given back at the end: an exception leaves it half written.
        (_buffer, _writer) = (null, null);
        writer.WriteStartObject();
        write(writer, value);
        writer.WriteEndObject();
        writer.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity <= LargestKept)
        {
            buffer.ResetWrittenCount();
            writer.Reset();
            (_buffer, _writer) = (buffer, writer);
        }

        return bytes;
    }

    public static void WriteText(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
            writer.WriteString(name, Utf8Text.ReplaceLoneSurrogates(text));
    }

    public static void WriteNumber(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
            writer.WriteNumber(name, value);
    }

    /// <summary>A <c>Time</c> of the API: whole seconds.</summary>
    public static void WriteTime(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time) =>
        Write(writer, name, time, SecondsLength);

    /// <summary>A <c>MicroTime</c> of the API: six digits, also for a whole second, else the server refuses it.</summary>
    public static void WriteMicroTime(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time) =>
        Write(writer, name, time, MicrosecondsLength);

    /// <summary>Labels or annotations; a value of <see langword="null"/> removes one in a merge patch.</summary>
    public static void WriteTexts<TValue>(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, TValue>? texts)
        where TValue : class?
    {
        if (texts is null || texts.Count == 0)
            return;
        writer.WriteStartObject(name);
        foreach (var (key, value) in texts)
        {
            if (value is string text)
                writer.WriteString(Utf8Text.ReplaceLoneSurrogates(key), Utf8Text.ReplaceLoneSurrogates(text));
            else
                writer.WriteNull(Utf8Text.ReplaceLoneSurrogates(key));
        }

        writer.WriteEndObject();
    }

    public static void WriteSeries(this Utf8JsonWriter writer, EventSeries? series)
    {
        if (series is null)
            return;
        writer.WriteStartObject("series"u8);
        writer.WriteNumber("count"u8, series.Count);
        writer.WriteMicroTime("lastObservedTime"u8, series.LastObservedTime);
        writer.WriteEndObject();
    }

    /// <summary>A time with all the digits that it has.</summary>
    public static void WriteExactTime(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is not { } value)
            return;
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        writer.WriteString(name, text[..length]);
    }

    /// <summary>Properties as they were read.</summary>
    public static void WriteOthers(this Utf8JsonWriter writer, IReadOnlyDictionary<string, JsonElement>? others)
    {
        if (others is null)
            return;
        foreach (var (name, value) in others)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }

    // As much as is wanted of the format that the runtime writes fastest: 2026-11-21T12:00:00.1234567Z.
    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time, int length)
    {
        if (time is not { } value)
            return;
        Span<char> text = stackalloc char[32];
        value.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        text[length] = 'Z';
        writer.WriteString(name, text[..(length + 1)]);
    }
}
