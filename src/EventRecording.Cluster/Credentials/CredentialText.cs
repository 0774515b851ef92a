namespace EventRecording.Cluster;

/// <summary>Checks what goes into a header, without ever showing it.</summary>
internal static class CredentialText
{
    /// <exception cref="ClusterConfigurationException">The token is empty or has characters that no token has.</exception>
    public static string Token(string token, string setting, ClusterConfiguration configuration)
    {
        if (token.Length == 0)
            throw new ClusterConfigurationException($"{Capital(setting)} of {configuration.Origin} is empty.");
        return token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? token
            : throw new ClusterConfigurationException(
                $"{Capital(setting)} of {configuration.Origin} has spaces, control or non-ASCII characters; a token has none.");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
