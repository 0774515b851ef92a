using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace EventRecording.PowerShell;

/// <summary>The page around the events of a timeline: one file, which loads nothing and runs no script but its own.</summary>
internal static class TimelinePage
{
    private static readonly string Style = Resource("timeline.css");
    private static readonly string Script = Resource("timeline.js");
    private static readonly string Body = Resource("timeline.html");

    /// <summary>All up to the events.</summary>
    public static string Head(string title, DateTimeOffset createdAt)
    {
        var encodedTitle = HtmlEncoder.Default.Encode(SafeText.Escape(title));
        var created = createdAt.UtcDateTime.ToString("'written 'yyyy-MM-dd HH:mm:ss' UTC'", CultureInfo.InvariantCulture);
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>{encodedTitle}</title>
            <style>{Style}</style>
            </head>
            <body>
            {Body.Replace("{{created}}", created, StringComparison.Ordinal).Replace("{{title}}", encodedTitle, StringComparison.Ordinal)}
            <script type="application/json" id="events">
            """;
    }

    /// <summary>All from behind the events.</summary>
    public static string Tail => $"</script>\n<script>{Script}</script>\n</body>\n</html>\n";

    // The hashes let these two run and nothing else, whatever text might slip out of its place.
    private static string Policy =>
        $"default-src 'none'; script-src '{Hash(Script)}'; style-src '{Hash(Style)}'; base-uri 'none'; form-action 'none'";

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var stream = typeof(TimelinePage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // A browser makes line feeds of all line ends before it computes the hashes.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
