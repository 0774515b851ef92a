namespace EventRecording.Sandbox.Api;

/// <summary>The parameters of a request; of several with one name the first counts.</summary>
internal sealed class QueryString
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string this[string name] => _values.GetValueOrDefault(name, "");

    public bool Has(string name) => _values.ContainsKey(name);

    public bool Flag(string name) => this[name] is "1" or "t" or "T" or "true" or "TRUE" or "True";

    public static QueryString Parse(string query)
    {
        var result = new QueryString();
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            result._values.TryAdd(name, equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }
        return result;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
