using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventRecording.PowerShell;

/// <summary>Reads an event as <c>ConvertTo-Json</c> shows it, and as PowerShell hands it to another process: with the properties of <see cref="KubeEvent"/>, not with those of the API.</summary>
internal static class SerializedEvent
{
    private const string Serialized = "Deserialized.";
    private const string SerializedView = Serialized + ShownEvent.Default + "#";

    private static readonly JsonSerializerOptions Options = new() { Converters = { new TimeConverter() } };

    /// <summary>The event that PowerShell took apart for another process or a file, to be shown as it was; <see langword="null"/> if the object is none.</summary>
    public static PSObject? Restore(object source)
    {
        if (TryRead(PlainJson.Write(source)) is not { } item)
            return null;
        var (shown, given) = (new PSObject(item), PSObject.AsPSObject(source));
        // As wide as the window is here, not where it was.
        var table = given.TypeNames.Where(name => name.StartsWith(SerializedView, StringComparison.Ordinal)).Select(name => name[Serialized.Length..]).FirstOrDefault(name => !ShownTable.IsOfWindow(name));
        ShownTable.Choose(shown, table?[ShownEvent.Default.Length..], ShownTable.WidthOfConsole());
        // What the session adds to all events is there already.
        foreach (var beside in given.Properties.Where(property => shown.Properties[property.Name] is null).ToList())
            shown.Properties.Add(new PSNoteProperty(beside.Name, Restored(beside.Name, beside.Value)));
        return shown;
    }

    private static object? Restored(string name, object? value) => name switch
    {
        ShownEvent.Outcome when Enum.TryParse<EventOutcomeKind>(value?.ToString(), out var outcome) => outcome,
        ShownEvent.Change when Enum.TryParse<EventChange>(value?.ToString(), out var change) => change,
        ShownEvent.AsOf when Time(PlainJson.Write(value!)) is { } time => time,
        _ => value,
    };

    /// <returns>The event; <see langword="null"/> if this is none of ours.</returns>
    public static KubeEvent? TryRead(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var given = document.RootElement;
            return IsEvent(given) && given.Deserialize<KubeEvent>(Options) is { } read ? Condition(given, read) ?? Complete(read) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A time; in another process it has become an object with its properties, and below these a text of the invariant culture.</summary>
    /// <returns><see langword="null"/> if it is none.</returns>
    private static DateTimeOffset? Time(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return Time(document.RootElement);
    }

    // The API has neither of these names in an event.
    private static bool IsEvent(JsonElement given) =>
        given.ValueKind == JsonValueKind.Object && given.TryGetProperty(nameof(KubeEvent.InvolvedObject), out var regarding) && regarding.ValueKind == JsonValueKind.Object
        && given.TryGetProperty(nameof(KubeEvent.LastSeen), out _);

    private static ConditionTransition? Condition(JsonElement given, KubeEvent read) =>
        Text(given, nameof(ConditionTransition.Condition)) is { } condition && Text(given, nameof(ConditionTransition.Status)) is { } status && read.LastSeen is { } at
            ? new ConditionTransition(read.InvolvedObject, condition, status, at, read.Message) { Context = read.Context }
            : null;

    // What is null in the text is null in the event, whatever its type says.
    private static KubeEvent Complete(KubeEvent read) => read with
    {
        ApiVersion = read.ApiVersion ?? EventApiVersion.CoreV1,
        Name = read.Name ?? "",
        Namespace = read.Namespace ?? "",
        Labels = read.Labels ?? new Dictionary<string, string>(),
        Annotations = read.Annotations ?? new Dictionary<string, string>(),
    };

    private static string? Text(JsonElement given, string name) =>
        given.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(nameof(DateTimeOffset.UtcTicks), out var ticks)
            && ticks.TryGetInt64(out var count) && count >= 0 && count <= DateTimeOffset.MaxValue.UtcTicks)
            return new DateTimeOffset(count, TimeSpan.Zero);
        return value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
    }

    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var value = JsonDocument.ParseValue(ref reader);
            return Time(value.RootElement) ?? throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
