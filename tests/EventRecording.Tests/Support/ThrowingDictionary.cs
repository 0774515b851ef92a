using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace EventRecording.Tests.Support;

/// <summary>A dictionary that another thread changes whenever it is read.</summary>
internal sealed class ThrowingDictionary(IReadOnlyDictionary<string, string> entries) : IReadOnlyDictionary<string, string>
{
    public IEnumerable<string> Keys => throw Changed();

    public IEnumerable<string> Values => throw Changed();

    public int Count => entries.Count;

    public string this[string key] => throw Changed();

    public bool ContainsKey(string key) => throw Changed();

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => throw Changed();

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => throw Changed();

    IEnumerator IEnumerable.GetEnumerator() => throw Changed();

    private static InvalidOperationException Changed() => new("Collection was modified");
}

internal static class ThrowingDictionaries
{
    public static ThrowingDictionary ToThrowing(this IReadOnlyDictionary<string, string> entries) => new(entries);
}
