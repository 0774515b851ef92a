using System.Text;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>What a plugin must not repeat in what it says to people: the secrets that it was given, the credential that it printed, and what looks like one.</summary>
internal sealed partial class ExecSecrets
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;
    private const int ShortestPiece = 16;
    private const int ShortestOfUnsureName = 8;
    private static readonly char[] Separators = [' ', '\t', '\r', '\n', '"', '\\'];
    private readonly string[] _secrets;
    private readonly SecretMask _mask;

    private ExecSecrets(IEnumerable<string> secrets)
    {
        _secrets = [.. secrets.Distinct()];
        _mask = new SecretMask(_secrets.Where(secret => secret.Length >= SecretMask.Shortest).SelectMany(Forms));
    }

    /// <summary>
    /// Values of environment variables and arguments whose names say that they are secret, and their longer pieces, since a key has several lines; names and passwords
    /// in addresses, that of the proxy too.
    /// </summary>
    /// <param name="configuration">The cluster, of which the plugin is told.</param>
    /// <param name="plugin">What it is given.</param>
    /// <param name="inherited">The environment that it inherits.</param>
    public static ExecSecrets Of(ClusterConfiguration configuration, ExecPlugin plugin, IReadOnlyDictionary<string, string?> inherited)
    {
        var variables = plugin.Environment.Concat(inherited.Select(variable => KeyValuePair.Create(variable.Key, variable.Value ?? ""))).ToArray();
        var texts = variables.Select(variable => variable.Value).Concat(plugin.Arguments).Append(configuration.Proxy?.OriginalString ?? "").Append(plugin.ClusterConfig ?? "");
        return new ExecSecrets(
            from value in variables.Concat(Named(plugin.Arguments).Where(named => OptionName().IsMatch(named.Key) && !IsPlace(named.Value))).Where(IsSecret).Select(named => named.Value).Concat(texts.SelectMany(Passwords))
            from secret in Pieces(value).Prepend(value)
            select secret);
    }

    /// <summary>These, and what was printed, which is a credential whether or not it has the right form: what is named so or is the only word, and each longer piece.</summary>
    public ExecSecrets And(string printed)
    {
        var only = printed.Trim();
        return new ExecSecrets(_secrets.Concat(Pieces(printed))
            .Concat(Field().Matches(printed).Select(field => SecretMask.Decode(field.Groups["value"].Value)))
            .Concat(only.Split(Separators).Length == 1 ? [only] : []));
    }

    public string Mask(string text)
    {
        var masked = UserInfo().Replace(_mask.Mask(text), "***");
        return Word().Replace(masked, static word => LooksLikeAPlace(word.Value) ? word.Value : Opaque().Replace(word.Value, static run => LooksSecret(run.Value) ? "***" : run.Value));
    }

    // --name=value, --name value, and both in the words of a script.
    private static IEnumerable<KeyValuePair<string, string>> Named(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } words)
            {
                foreach (var named in Named(words))
                    yield return named;
            }
            else if (argument.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
                yield return KeyValuePair.Create(argument[..equals], argument[(equals + 1)..].Trim('"', '\''));
            else if (argument.StartsWith('-') && !SwitchName().IsMatch(argument) && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-'))
                yield return KeyValuePair.Create(argument, arguments[i + 1].Trim('"', '\''));
        }
    }

    private static bool IsSecret(KeyValuePair<string, string> named) =>
        SecretName().IsMatch(named.Key)
        || (!IsPlace(named.Value) && (PasswordName().IsMatch(named.Key)
            || (UnsureName().IsMatch(named.Key) && named.Value.Length >= ShortestOfUnsureName && HasDigit(named.Value))));

    // A directory, a socket or an address; hardly a password that begins with a slash.
    private static bool IsPlace(string value) =>
        value.Contains("://", StringComparison.Ordinal) || value.Contains("=/", StringComparison.Ordinal) || value.Contains(":\\", StringComparison.Ordinal)
        || value.StartsWith("~/", StringComparison.Ordinal) || value.StartsWith("./", StringComparison.Ordinal) || value.StartsWith("../", StringComparison.Ordinal)
        || (value.StartsWith('/') && value.LastIndexOf('/') > 0);

    private static IEnumerable<string> Passwords(string text) =>
        from Match match in UserInfo().Matches(text)
        let user = match.Value
        // A name alone is a word like others, such as git.
        where user.Contains(':', StringComparison.Ordinal)
        let password = user[(user.IndexOf(':', StringComparison.Ordinal) + 1)..]
        from secret in new[] { user, password, Uri.UnescapeDataString(password) }
        select secret;

    private static IEnumerable<string> Pieces(string text) => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Where(piece => piece.Length >= ShortestPiece && !LooksLikeAPlace(piece));

    // As it is, as an address has it, and as base64 has it, wherever in what is encoded it stands.
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return Convert.ToBase64String(bytes);
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String([.. new byte[before], .. bytes]);
            // Only the characters that are made of nothing else.
            var own = encoded[(((before * 8) + 5) / 6)..((before + bytes.Length) * 8 / 6)];
            yield return own;
            yield return own.Replace('+', '-').Replace('/', '_');
        }
    }

    // The address where to log in must stay whole, and a path says what went wrong.
    private static bool LooksLikeAPlace(string word) => word.Contains("://", StringComparison.Ordinal) || word[0] is '/' or '~' or '.';

    // Long words have no digits, and the number of a request helps whoever is asked for help.
    private static bool LooksSecret(string run) => HasDigit(run) && !Guid.TryParseExact(run, "D", out _);

    private static bool HasDigit(string text) => text.AsSpan().IndexOfAnyInRange('0', '9') >= 0;

    [GeneratedRegex("token|secret|password|key|credential", Options)]
    private static partial Regex SecretName();

    // At its end: --token-cache-storage and --keycloak-host hold no secret.
    [GeneratedRegex("(token|secret|password|key|credentials?|pass|pwd|pw|auth|session|cookie)(-?(data|value))?$", Options | RegexOptions.ExplicitCapture)]
    private static partial Regex OptionName();

    // One without a value, such as --oidc-use-access-token.
    [GeneratedRegex("-(use|with|no)-", Options | RegexOptions.ExplicitCapture)]
    private static partial Regex SwitchName();

    // Not the variables that hold the working directory, which are places anyway.
    [GeneratedRegex("(?<!by|com)pass|pwd|(?<![a-z])pw(?![a-z])", Options)]
    private static partial Regex PasswordName();

    // Also how one logs in, and on what desktop.
    [GeneratedRegex("auth(?!or(?!i))|session|cookie", Options)]
    private static partial Regex UnsureName();

    [GeneratedRegex("(?:token|keydata|password|secret)[\"']?\\s*[:=]\\s*(?:\"(?<value>(?:[^\"\\\\]|\\\\.)+)|'(?<value>[^']+)|(?<value>[^\\s\"',]+))", Options)]
    private static partial Regex Field();

    [GeneratedRegex("(?<=://)[^\\s\"'/?#]+(?=@)", Options)]
    private static partial Regex UserInfo();

    [GeneratedRegex("[^\\s\"',;]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex("[A-Za-z0-9+/_.~=-]{32,}", RegexOptions.CultureInvariant)]
    private static partial Regex Opaque();
}
