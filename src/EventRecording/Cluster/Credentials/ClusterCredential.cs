namespace EventRecording.Cluster;

/// <summary>Chooses the credential that a configuration asks for.</summary>
internal static class ClusterCredential
{
    /// <exception cref="ClusterConfigurationException">The configuration names two credentials, or one that cannot be sent.</exception>
    public static IClusterCredential Create(ClusterConfiguration configuration, TimeProvider time)
    {
        if (configuration.Basic is not null && (configuration.Token ?? configuration.TokenFile) is not null)
            throw new ClusterConfigurationException($"{configuration.Origin} has both a token and a username; only one of them can be used.");
        if (configuration.TokenFile is { } path)
            return new TokenFileCredential(configuration, path, time);
        if (configuration.Token is { } token)
            return FixedCredential.Bearer(CredentialText.Token(token, "the token", configuration));
        return configuration.Basic is { } basic ? FixedCredential.Basic(basic) : new FixedCredential(null);
    }
}
