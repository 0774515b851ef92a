namespace EventRecording.Cluster;

/// <summary>Chooses the credential that a configuration asks for.</summary>
internal static class ClusterCredential
{
    /// <exception cref="ClusterConfigurationException">The configuration names two credentials, or one that cannot be sent.</exception>
    public static IClusterCredential Create(ClusterConfiguration configuration, ClusterConnectionOptions options)
    {
        if (configuration.Basic is not null && (configuration.Token ?? configuration.TokenFile) is not null)
            throw new ClusterConfigurationException(
                $"{configuration.Origin} has both a token and a username; only one of them can be used.");
        if (configuration.Token is { } token)
            Credential.CheckToken(token, "the token", configuration);
        return configuration switch
        {
            { TokenFile: { } path } => new TokenFileCredential(configuration, path, options.TimeProvider),
            { Token: { } given } => new FixedCredential(Credential.Bearer(given)),
            { Basic: { } basic } => FixedCredential.Basic(basic),
            // A plugin is asked only where nothing else is there, as with kubectl.
            { Exec: { } plugin, ClientCertificate: null, ClientCertificateFiles: null } => new ExecCredential(configuration, plugin, options),
            _ => new FixedCredential(new Credential(null)),
        };
    }
}
