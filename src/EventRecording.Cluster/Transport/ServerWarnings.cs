using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>Picks out the <c>Warning</c> headers that were not seen before (RFC 7234, code 299).</summary>
internal sealed partial class ServerWarnings
{
    // A server that makes up new texts must not fill the memory.
    private const int MostTexts = 1000;
    private const int LongestText = 1024;
    private readonly HashSet<string> _seen = [];

    public IEnumerable<string> New(HttpResponseHeaders headers) => headers.NonValidated.Contains("Warning") ? Read(headers) : [];

    public bool Add(string text)
    {
        lock (_seen)
            return _seen.Count < MostTexts && _seen.Add(text);
    }

    private IEnumerable<string> Read(HttpResponseHeaders headers)
    {
        foreach (var warning in headers.Warning)
        {
            if (warning.Code == 299 && Unquote(warning.Text) is { Length: > 0 } text && Add(text))
                yield return text;
        }
    }

    private static string Unquote(string quoted) =>
        SafeText.OneLine(Escape().Replace(quoted.Trim('"'), "$1"), LongestText);

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
