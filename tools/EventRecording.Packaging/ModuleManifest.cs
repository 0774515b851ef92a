using System.Text.RegularExpressions;

namespace EventRecording.Packaging;

/// <summary>The manifest of a module, as far as its values are texts in single quotes, or lists of such.</summary>
internal sealed partial class ModuleManifest(string text)
{
    public string Text => text;

    /// <summary>A text.</summary>
    /// <exception cref="FormatException">The manifest has no such key with a text.</exception>
    public string this[string key] => Unquote(Find(key, "(?<value>'(?:[^']|'')*')").Groups["value"].Value);

    /// <summary>A list of texts.</summary>
    /// <exception cref="FormatException">The manifest has no such key with a list.</exception>
    public IReadOnlyList<string> List(string key) =>
        [.. Quoted().Matches(Find(key, @"@\((?<value>[^)]*)\)").Groups["value"].Value).Select(match => Unquote(match.Value))];

    /// <summary>The same with another text.</summary>
    public ModuleManifest With(string key, string value)
    {
        var old = Find(key, "(?<value>'(?:[^']|'')*')").Groups["value"];
        return new ModuleManifest($"{text[..old.Index]}'{value.Replace("'", "''", StringComparison.Ordinal)}'{text[(old.Index + old.Length)..]}");
    }

    private Match Find(string key, string value) => Regex.Match(text, $@"(?m)^\s*{key}\s*=\s*{value}") is { Success: true } match
        ? match
        : throw new FormatException($"The manifest has no {key} in the form that is read here.");

    private static string Unquote(string quoted) => quoted[1..^1].Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Quoted();
}
