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

    /// <summary>Tells what the server warns of.</summary>
    /// <param name="headers">Those of its answer.</param>
    /// <param name="credential">What the server was sent and may repeat.</param>
    public void Observe(HttpResponseHeaders headers, Credential credential)
    {
        if (!headers.NonValidated.Contains("Warning"))
            return;
        var secrets = credential.Secrets;
        foreach (var warning in headers.Warning)
        {
            if (warning.Code != 299)
                continue;
            // Before, since what is unquoted has lost the backslash of JSON, too.
            var told = SafeText.OneLine(secrets.Mask(Unquote(secrets.Mask(warning.Text))), LongestText);
            if (told.Length > 0)
                TellOnce(told);
        }
    }

    /// <summary>Tells what was not told yet; what nobody hears is not told.</summary>
    /// <param name="text">The warning.</param>
    /// <param name="subject">What is warned of once, whatever the text; default: the text.</param>
    public void TellOnce(string text, string? subject = null)
    {
        lock (_seen)
        {
            if (Received is null || _seen.Contains(subject ?? text))
                return;
            // Told once more rather than never: what comes late may matter most.
            if (_seen.Count >= MostTexts)
                _seen.Clear();
            _seen.Add(subject ?? text);
        }

        Raise(Received, sender, text);
    }

    /// <summary>Tells listeners; what they throw is ignored.</summary>
    public static void Raise(EventHandler<string>? listeners, object sender, string text)
    {
        try
        {
            listeners?.Invoke(sender, text);
        }
#pragma warning disable CA1031 // A listener's trouble is not that of the request that was answered.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static string Unquote(string quoted) => Escape().Replace(quoted.Trim('"'), "$1");

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
