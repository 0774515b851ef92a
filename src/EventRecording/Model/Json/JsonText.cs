using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace EventRecording;

/// <summary>Reads single values tolerantly: what has another type than expected is skipped, and no text is a reason to fail.</summary>
internal static class JsonText
{
    /// <summary>
    /// The string at the reader; <see langword="null"/> for anything else. Invalid UTF-8 and lone surrogates become U+FFFD.
    /// </summary>
    [MethodImpl(Hot.Code)]
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
    [MethodImpl(Hot.Code)]
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
    [MethodImpl(Hot.Code)]
    public static DateTimeOffset? ReadTime(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && HasZone(reader.ValueSpan) && reader.TryGetDateTimeOffset(out var time))
            return time.ToUniversalTime();
        reader.Skip();
        return null;
    }

    /// <summary>The length of the object at the beginning of what was received so far; 0 if its end is not there yet. What stands in it is not looked at.</summary>
    // Not Hot.Code, here and in EndOfText: what looks at each octet is worth it in an image, too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int LengthOfObject(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)'"':
                    i = EndOfText(json, i + 1);
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                case (byte)'}' or (byte)']':
                    if (--depth == 0)
                        return i + 1;
                    break;
            }
        }

        return 0;
    }

    // By machine instructions: what the runtime has for it is compiled badly at first.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndOfText(ReadOnlySpan<byte> json, int start)
    {
        var i = start;
        while (i < json.Length)
        {
            if (Vector128.IsHardwareAccelerated && json.Length - i >= Vector128<byte>.Count)
            {
                var octets = Vector128.Create(json.Slice(i, Vector128<byte>.Count));
                var found = (Vector128.Equals(octets, Vector128.Create((byte)'"')) | Vector128.Equals(octets, Vector128.Create((byte)'\\'))).ExtractMostSignificantBits();
                if (found == 0)
                {
                    i += Vector128<byte>.Count;
                    continue;
                }

                i += BitOperations.TrailingZeroCount(found);
            }

            if (json[i] == '"')
                return i;
            i += json[i] == '\\' ? 2 : 1;
        }

        return json.Length;
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
    /// <remarks>Most names are written plainly, and then comparing costs some machine instructions and no call.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TakeProperty(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName
        && (reader.ValueIsEscaped ? reader.ValueTextEquals(name) : reader.ValueSpan.SequenceEqual(name))
        && reader.Read();

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
