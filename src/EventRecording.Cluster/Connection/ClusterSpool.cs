using System.Security.Cryptography;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>The spool of the cluster and the user of a connection, so that nobody else's events are sent there.</summary>
public static class ClusterSpool
{
    /// <summary>A spool for the cluster and the user of a connection.</summary>
    /// <exception cref="ClusterConfigurationException">The certificate authority cannot be read.</exception>
    public static SpoolOptions For(ClusterConnection connection, string directory)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return For(connection.Configuration, directory);
    }

    /// <summary>A spool for the cluster and the user of a configuration: the server's address and the oldest certificate of its authority, and the user's name there.</summary>
    /// <exception cref="ClusterConfigurationException">The certificate authority cannot be read.</exception>
    public static SpoolOptions For(ClusterConfiguration configuration, string directory)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new SpoolOptions { Directory = directory, Cluster = configuration.Server.AbsoluteUri.TrimEnd('/') + AuthorityOf(configuration), User = UserOf(configuration) };
    }

    // Another cluster may come to have the same address, on this computer above all. The oldest certificate stays when the next one is put beside it.
    private static string AuthorityOf(ClusterConfiguration configuration)
    {
        // What a kubeconfig or a pod gave at its start stays, whatever its file holds by now.
        var read = configuration.CertificateAuthority.IsEmpty ? CertificateFiles.ReadAuthority(configuration) : configuration;
        if (read.CertificateAuthority.IsEmpty)
            return "";
        var oldest = ClusterCertificates.Authorities(read).OrderBy(it => it.NotBefore).ThenBy(it => it.Thumbprint, StringComparer.Ordinal).First();
        return $" sha256:{Hash(oldest.RawData)}";
    }

    // The name in the kubeconfig, or what else tells users apart without being a secret.
    private static string UserOf(ClusterConfiguration configuration)
    {
        var user = configuration.UserName
            ?? configuration.Basic?.Name
            ?? (configuration.ClientCertificate is { } client ? $"certificate sha256:{Hash(client.Certificate.Span)}" : null)
            // Its path, since what the file holds is renewed.
            ?? (configuration.ClientCertificateFiles is { } files ? $"certificate {Path.GetFullPath(files.Certificate)}" : null)
            ?? configuration.TokenFile
            ?? (configuration.Exec is { } plugin ? NameOf(plugin) : null)
            ?? (configuration.Token is { } token ? $"token {PartOfHash(token)}" : "anonymous");
        return configuration.Impersonation is { } other ? $"{user} as {NameOf(other)}" : user;
    }

    // One program logs in as many users: by a role among its arguments, by AWS_PROFILE.
    private static string NameOf(ExecPlugin plugin)
    {
        string[] more = [.. plugin.Arguments, .. plugin.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"\0{pair.Key}={pair.Value}")];
        // An argument holds no zero, so that none can pass for two, or for a variable.
        return more.Length == 0 ? plugin.Command : $"{plugin.Command} {PartOfHash(string.Join('\0', more))}";
    }

    private static string NameOf(Impersonation other)
    {
        var extra = other.Extra.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={value}"));
        string[] more = [.. other.Uid is { } uid ? [$"uid {uid}"] : Array.Empty<string>(), .. other.Groups.Order(StringComparer.Ordinal).Select(group => $"group {group}"), .. extra];
        // A header holds no line break, so that nobody's name can pass for another's.
        return string.Join('\n', [other.User, .. more]);
    }

    // It tells secrets apart, and none can be found by it.
    private static string PartOfHash(string secret) => $"sha256:{Hash(Encoding.UTF8.GetBytes(secret))[..16]}";

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
