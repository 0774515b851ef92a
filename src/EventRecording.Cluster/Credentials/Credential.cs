using System.Net.Http.Headers;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>What proves to the server who asks.</summary>
/// <param name="Header">The header Authorization; <see langword="null"/> for none.</param>
/// <param name="Certificate">A client certificate instead of the configuration's.</param>
internal sealed record Credential(AuthenticationHeaderValue? Header, ClientCertificate? Certificate = null)
{
    public static Credential Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token));

    /// <summary>Checks what goes into a header, without ever showing it.</summary>
    /// <exception cref="ClusterConfigurationException">The token is empty or has characters that no token has.</exception>
    public static string CheckToken(string token, string setting, ClusterConfiguration configuration)
    {
        if (token.Length == 0)
            throw new ClusterConfigurationException($"{Capital(setting)} of {configuration.Origin} is empty.");
        return IsToken(token)
            ? token
            : throw new ClusterConfigurationException(
                $"{Capital(setting)} of {configuration.Origin} has spaces, control or non-ASCII characters; a token has none.");
    }

    /// <summary>Whether it has only characters that a token has.</summary>
    public static bool IsToken(string token) => token.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    /// <summary>What stands encoded in the header, if anything does.</summary>
    public string? Password { get; init; }

    /// <summary>Masks what no text may repeat; made when it is asked for, since hardly an answer needs it.</summary>
    public SecretMask Secrets => Header?.Parameter is { } shown ? new SecretMask([shown, Password ?? ""]) : SecretMask.None;

    public override string ToString() => Header?.Scheme ?? "no header";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>Says for each request who asks. One for all requests of a connection; safe for several threads.</summary>
internal interface IClusterCredential
{
    /// <summary>The credential as it is now, made anew if it has come to its end.</summary>
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>After a 401: looks for a credential newer than the one that was refused.</summary>
    /// <returns>Whether it makes sense to ask again.</returns>
    ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken);
}

/// <summary>A credential that never changes: a token, a name with a password, or none.</summary>
internal sealed class FixedCredential(Credential credential) : IClusterCredential
{
    public static FixedCredential Basic(BasicCredential basic)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.Name}:{basic.Password}"));
        return new FixedCredential(new Credential(new AuthenticationHeaderValue("Basic", pair)) { Password = basic.Password });
    }

    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);

    public ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken) => new(false);
}
