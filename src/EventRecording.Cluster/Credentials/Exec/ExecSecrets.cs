using System.Collections;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>What a plugin must not repeat in what it says to people: the secrets that it was given, the credential that it printed, and what looks like one.</summary>
internal sealed partial class ExecSecrets
{
    private const int ShortestPiece = 16;
    private static readonly char[] Separators = [' ', '\t', '\r', '\n', '"', '\\'];
    private static readonly string[] SecretNames = ["TOKEN", "SECRET", "PASSWORD", "KEY", "CREDENTIAL"];
    private readonly string[] _secrets;

    private ExecSecrets(IEnumerable<string> secrets) => _secrets = [.. secrets.OrderByDescending(secret => secret.Length)];

    /// <summary>Values of environment variables whose names say that they are secret, those that the plugin inherits too, and their longer pieces: a key has several lines.</summary>
    public static ExecSecrets Of(ExecPlugin plugin) => new(
        from variable in plugin.Environment.Concat(Inherited())
        where Array.Exists(SecretNames, name => variable.Key.Contains(name, StringComparison.OrdinalIgnoreCase))
        where variable.Value.Length >= SecretMask.Shortest
        from secret in Pieces(variable.Value).Prepend(variable.Value)
        select secret);

    /// <summary>These, and each longer piece of what was printed, which is a credential whether or not it has the right form.</summary>
    public ExecSecrets And(string printed) => new(_secrets.Concat(Pieces(printed)));

    public string Mask(string text)
    {
        var masked = _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "***", StringComparison.Ordinal));
        return Word().Replace(masked, static word => LooksLikeAPlace(word.Value) ? word.Value : Opaque().Replace(word.Value, static run => IsSecret(run.Value) ? "***" : run.Value));
    }

    private static IEnumerable<KeyValuePair<string, string>> Inherited() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? ""));

    private static IEnumerable<string> Pieces(string text) => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(piece => piece.Length >= ShortestPiece && !LooksLikeAPlace(piece));

    // The address where to log in must stay whole, and a path says what went wrong.
    private static bool LooksLikeAPlace(string word) => word.Contains("://", StringComparison.Ordinal) || word[0] is '/' or '~' or '.';

    // Long words have no digits, and the number of a request helps whoever is asked for help.
    private static bool IsSecret(string run) => run.AsSpan().IndexOfAnyInRange('0', '9') >= 0 && !Guid.TryParseExact(run, "D", out _);

    [GeneratedRegex("[^\\s\"',;]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("[A-Za-z0-9+/_.~=-]{32,}", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();
}
