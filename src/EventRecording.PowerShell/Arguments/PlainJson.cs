using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Json;

namespace EventRecording.PowerShell;

/// <summary>Writes an object as <c>ConvertFrom-Json</c> gives it, or a hashtable, as the JSON that it was.</summary>
internal static class PlainJson
{
    private const int MaxDepth = 64;

    public static ReadOnlyMemory<byte> Write(object given)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, given, 0);
        return buffer.WrittenMemory;
    }

    public static string Text(object given) => Encoding.UTF8.GetString(Write(given).Span);

    private static void Write(Utf8JsonWriter writer, object? given, int depth)
    {
        var value = depth > MaxDepth ? null : PowerShellObjects.Unwrap(given);
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int or long or short or byte:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float or decimal:
                writer.WriteRawValue(Convert.ToString(value, CultureInfo.InvariantCulture)!, skipInputValidation: false);
                break;

            // ConvertFrom-Json makes one of every text that looks like a time.
            case DateTime time:
                writer.WriteStringValue(time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                break;
            case IDictionary table:
                var entries = PowerShellObjects.Entries(table).Select(it => (Name: Convert.ToString(it.Key, CultureInfo.InvariantCulture)!, it.Value));
                // The order of a hashtable is another one in each process.
                WriteObject(writer, table is Hashtable ? entries.OrderBy(it => it.Name, StringComparer.Ordinal) : entries, depth);
                break;
            case PSObject custom:
                WriteObject(writer, custom.Properties.Select(it => (it.Name, (object?)it.Value)), depth);
                break;
            case IEnumerable items and not string:
                writer.WriteStartArray();
                foreach (var item in items)
                    Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<(string Name, object? Value)> properties, int depth)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in properties)
        {
            writer.WritePropertyName(name);
            Write(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }
}
