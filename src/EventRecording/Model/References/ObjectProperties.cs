using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording;

/// <summary>Reads a property by its name, whatever the object is. The exact name comes first, then any case.</summary>
internal static class ObjectProperties
{
    private static readonly ConcurrentDictionary<(Type Type, string Name), PropertyInfo?> Known = [];

    public static object? Read(object source, string name) => source switch
    {
        JsonElement element => Read(element, name),
        JsonDocument document => Read(document.RootElement, name),
        JsonNode node => node is JsonObject json ? Find(json, name) : null,
        IDictionary dictionary => Find(dictionary, name),
        IEnumerable<KeyValuePair<string, object?>> pairs => Find(pairs, name),
        string => null,
        _ => ReadReflected(source, name),
    };

    /// <summary>It is its class that says which properties there are.</summary>
    public static bool IsReflected(object source) =>
        source is not (JsonElement or JsonDocument or JsonNode or IDictionary or IEnumerable<KeyValuePair<string, object?>> or string);

    private static JsonElement? Read(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        var value = element.TryGetProperty(name, out var exact)
            ? exact
            : element.EnumerateObject().FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        return value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : value;
    }

    private static object? Find(IDictionary dictionary, string name)
    {
        if (dictionary.Contains(name))
            return dictionary[name];
        foreach (DictionaryEntry entry in dictionary)
        {
            if (entry.Key is string key && key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return entry.Value;
        }

        return null;
    }

    private static object? Find<T>(IEnumerable<KeyValuePair<string, T>> pairs, string name)
    {
        object? anyCase = null;
        foreach (var (key, value) in pairs)
        {
            if (key.Equals(name, StringComparison.Ordinal))
                return value;
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                anyCase ??= value;
        }

        return anyCase;
    }

    private static object? ReadReflected(object source, string name)
    {
        var type = source.GetType();
        var property = Known.GetOrAdd((type, name), static key => Find(key.Type, key.Name));
        return property?.GetValue(source);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "A model that was trimmed away gives an error that says what is missing.")]
    private static PropertyInfo? Find(Type type, string name) => Array.Find(
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance),
        property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && property.CanRead
            && property.GetIndexParameters().Length == 0);
}
