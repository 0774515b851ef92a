namespace EventRecording.Cluster;

/// <summary>What a plugin must not repeat in what it says to people: the secrets that it was given, and the credential that it printed.</summary>
internal sealed class ExecSecrets
{
    // In characters. Shorter texts are not masked: they are hardly secrets, and occur in other words.
    private const int Shortest = 6;
    private const int ShortestPrinted = 16;
    private static readonly string[] SecretNames = ["TOKEN", "SECRET", "PASSWORD", "KEY", "CREDENTIAL"];
    private readonly string[] _secrets;

    private ExecSecrets(IEnumerable<string> secrets) => _secrets = [.. secrets.OrderByDescending(secret => secret.Length)];

    /// <summary>Values of environment variables whose names say that they are secret.</summary>
    public static ExecSecrets Of(ExecPlugin plugin) => new(
        from variable in plugin.Environment
        where Array.Exists(SecretNames, name => variable.Key.Contains(name, StringComparison.OrdinalIgnoreCase))
        where variable.Value.Length >= Shortest
        select variable.Value);

    /// <summary>These, and each longer piece of what was printed, which is a credential whether or not it has the right form.</summary>
    public ExecSecrets And(string printed) =>
        new(_secrets.Concat(printed.Split([' ', '\t', '\r', '\n', '"', '\\'], StringSplitOptions.RemoveEmptyEntries)
            .Where(piece => piece.Length >= ShortestPrinted)));

    public string Mask(string text) => _secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, "***", StringComparison.Ordinal));
}
