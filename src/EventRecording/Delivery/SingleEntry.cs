using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace EventRecording;

/// <summary>A dictionary of one entry, a fifth of the size of a real one: the annotations of most events are the writer's mark alone.</summary>
internal sealed class SingleEntry(string name, string value) : IReadOnlyDictionary<string, string>
{
    public IEnumerable<string> Keys => [name];

    public IEnumerable<string> Values => [value];

    public int Count => 1;

    public string this[string key] => key == name ? value : throw new KeyNotFoundException($"There is no entry '{key}'.");

    public bool ContainsKey(string key) => key == name;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string found)
    {
        found = key == name ? value : null;
        return found is not null;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        yield return new(name, value);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
