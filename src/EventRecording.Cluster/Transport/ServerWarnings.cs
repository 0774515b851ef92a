using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>Tells whoever listens what is to be warned of, first of all what the server says in <c>Warning</c> headers (RFC 7234, code 299).</summary>
internal sealed partial class ServerWarnings(object sender)
{
    // A server that makes up new texts must not fill the memory.
    private const int MostTexts = 1000;
    private const int LongestText = 1024;
    private readonly HashSet<string> _seen = [];

    public event EventHandler<string>? Received;

    public bool AreHeard => Received is not null;

    public void Observe(HttpResponseHeaders headers)
    {
        if (!headers.NonValidated.Contains("Warning"))
            return;
        foreach (var warning in headers.Warning)
        {
            if (warning.Code == 299 && Unquote(warning.Text) is { Length: > 0 } text)
                TellOnce(text);
        }
    }

    public void TellOnce(string text)
    {
        lock (_seen)
        {
            if (_seen.Count >= MostTexts || !_seen.Add(text))
                return;
        }

        Tell(text);
    }

    public void Tell(string text)
    {
        try
        {
            Received?.Invoke(sender, text);
        }
#pragma warning disable CA1031 // A listener's trouble is not that of the request that was answered.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static string Unquote(string quoted) =>
        SafeText.OneLine(Escape().Replace(quoted.Trim('"'), "$1"), LongestText);

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
