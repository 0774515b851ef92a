using System.Text;

namespace EventRecording.Cluster;

/// <summary>A token from a file that somebody else renews, as the kubelet does for a service account.</summary>
internal sealed class TokenFileCredential : IClusterCredential
{
    // The kubelet renews a token long before its end, so a minute is soon enough.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);
    private readonly ClusterConfiguration _configuration;
    private readonly string _path;
    private readonly RereadFiles<Credential> _file;
    private volatile Credential? _refused;

    public TokenFileCredential(ClusterConfiguration configuration, string path, TimeProvider time)
    {
        (_configuration, _path) = (configuration, path);
        _file = new RereadFiles<Credential>(Read, ReadAgainAfter, time);
    }

    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => _file.GetAsync(cancellationToken);

    public async ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken)
    {
        _refused = refused;
        try
        {
            return await _file.ReadAsync(cancellationToken).ConfigureAwait(false) != refused;
        }
        catch (Exception exception) when (exception is ClusterConfigurationException or TimeoutException)
        {
            // Another request may have read a newer one.
            return _file.Latest != refused ? true : throw new ClusterConfigurationException(
                $"The API server answered 401 to the token that was read last, and there is no other one. {(exception is TimeoutException ? $"The disk of the token file {_path} of {_configuration.Origin} does not answer." : exception.Message)}", exception);
        }
    }

    private Credential Read(Credential? latest)
    {
        try
        {
            return Credential.Bearer(Credential.CheckToken(SharedFile.ReadAllText(_path, Encoding.UTF8).Trim(), $"the token in {_path}", _configuration));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ClusterConfigurationException)
        {
            if ((latest is null || latest == _refused) && _configuration.Token is { } token)
                return Credential.Bearer(token);
            throw exception as ClusterConfigurationException
                ?? new ClusterConfigurationException(
                    $"The token file {_path} of {_configuration.Origin} cannot be read: {exception.Message}", exception);
        }
    }
}
