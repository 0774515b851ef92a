using System.Security.Cryptography;

namespace EventRecording.Cluster;

/// <summary>The spool of the cluster and the user of a connection, so that nobody else's events are sent there.</summary>
public static class ClusterSpool
{
    /// <summary>A spool for the cluster and the user of a connection.</summary>
    public static SpoolOptions For(ClusterConnection connection, string directory)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return For(connection.Configuration, directory);
    }

    /// <summary>A spool for the cluster and the user of a configuration: the server's address and its authority, and the user's name there.</summary>
    public static SpoolOptions For(ClusterConfiguration configuration, string directory)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var authority = configuration.CertificateAuthority.IsEmpty ? "" : $" sha256:{Convert.ToHexString(SHA256.HashData(configuration.CertificateAuthority.Span))}";
        return new SpoolOptions { Directory = directory, Cluster = configuration.Server.AbsoluteUri.TrimEnd('/') + authority, User = UserOf(configuration) };
    }

    // The name in the kubeconfig, or what else tells users apart without being a secret.
    private static string UserOf(ClusterConfiguration configuration)
    {
        var user = configuration.UserName
            ?? configuration.Basic?.Name
            ?? (configuration.ClientCertificate is { } client ? $"certificate sha256:{Convert.ToHexString(SHA256.HashData(client.Certificate.Span))}" : null)
            ?? configuration.TokenFile
            ?? configuration.Exec?.Command
            ?? (configuration.Token is null ? "anonymous" : "token");
        return configuration.Impersonation is { } other ? $"{user} as {other.User}" : user;
    }
}
