using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventRecording;

/// <summary>Reads single values tolerantly: what has another type than expected is skipped, and no text is a reason to fail.</summary>
internal static class JsonText
{
    /// <summary>
    /// The string at the reader; <see langword="null"/> for anything else. Invalid UTF-8 and lone surrogates become U+FFFD.
    /// </summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            reader.Skip();
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return Repair(reader.ValueSpan);
        }
    }

    /// <summary>The string at the reader, through the pool.</summary>
    public static string? Read(ref Utf8JsonReader reader, StringPool pool)
    {
        if (reader.TokenType == JsonTokenType.String)
            return pool.Read(ref reader);
        reader.Skip();
        return null;
    }

    /// <summary>A whole number, cut to the range of <see cref="int"/>.</summary>
    public static int? ReadInt32(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number))
            return (int)Math.Clamp(number, int.MinValue, int.MaxValue);
        reader.Skip();
        return null;
    }

    /// <summary>A time as RFC 3339 has it, in any zone, as UTC; a time without a zone is no time.</summary>
    public static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && HasZone(reader.ValueSpan) && reader.TryGetDateTimeOffset(out var time))
            return time.ToUniversalTime();
        reader.Skip();
        return null;
    }

    private static bool HasZone(ReadOnlySpan<byte> time) =>
        time.Length > 6 && (time[^1] == 'Z' || (time[^3] == ':' && time[^6] is (byte)'+' or (byte)'-'));

    private static string Repair(ReadOnlySpan<byte> raw)
    {
        var text = Encoding.UTF8.GetString(raw);
        var repaired = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            repaired.Append(text[i] == '\\' ? Unescape(text, ref i) : text[i]);
        return Utf8Text.ReplaceLoneSurrogates(repaired.ToString());
    }

    // The reader has checked that every escape is complete.
    private static char Unescape(string text, ref int index)
    {
        var escaped = text[++index];
        if (escaped != 'u')
            return escaped switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => escaped };
        var code = text.AsSpan(index + 1, 4);
        index += 4;
        return (char)ushort.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}

/// <summary>Walking over the properties of an object.</summary>
internal static class JsonProperties
{
    /// <summary>Goes on to the value if the property at the reader has this name.</summary>
    public static bool TakeProperty(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Keeps the property at the reader as it is.</summary>
    public static void KeepProperty(this ref Utf8JsonReader reader, ref Dictionary<string, JsonElement>? others)
    {
        var name = JsonText.Read(ref reader);
        reader.Read();
        (others ??= [])[name!] = JsonElement.ParseValue(ref reader);
    }

    /// <summary>Goes to the end of the value of the property at the reader.</summary>
    public static void SkipProperty(this ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
