using System.Text;

namespace EventRecording;

/// <summary>Puts a field selector together: terms joined by commas, all of which must hold.</summary>
internal sealed class FieldSelector
{
    private readonly StringBuilder _terms = new();

    /// <summary>Adds <c>field=value</c>, with the value escaped as the API wants it.</summary>
    public void AddEqual(string field, string value) => AddRaw($"{field}={Escape(value)}");

    /// <summary>Adds <c>field!=value</c>, with the value escaped as the API wants it.</summary>
    public void AddNotEqual(string field, string value) => AddRaw($"{field}!={Escape(value)}");

    /// <summary>Adds terms as they are.</summary>
    public void AddRaw(string? terms)
    {
        if (string.IsNullOrWhiteSpace(terms))
            return;
        if (_terms.Length > 0)
            _terms.Append(',');
        _terms.Append(terms);
    }

    /// <summary>The selector; <see langword="null"/> without terms.</summary>
    public string? Build() => _terms.Length == 0 ? null : _terms.ToString();

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("=", "\\=", StringComparison.Ordinal);
}
