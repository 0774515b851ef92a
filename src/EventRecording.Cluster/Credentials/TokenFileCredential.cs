namespace EventRecording.Cluster;

/// <summary>A token from a file that somebody else renews, as the kubelet does for a service account.</summary>
internal sealed class TokenFileCredential(ClusterConfiguration configuration, string path, TimeProvider time) : IClusterCredential
{
    // The kubelet renews a token long before its end, so a minute is soon enough.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);
    private volatile Known? _known;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        if (known is null || time.GetElapsedTime(known.ReadAt) >= ReadAgainAfter)
            known = await ReadAsync(known, cancellationToken).ConfigureAwait(false);
        return known.Credential;
    }

    public async ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken)
    {
        // Not the one that is refused: why the file has no other one is the error, and who writes tries again.
        var last = _known is { } known && known.Credential != refused ? known : null;
        try
        {
            return (await ReadAsync(last, cancellationToken).ConfigureAwait(false)).Credential != refused;
        }
        catch (ClusterConfigurationException gone)
        {
            throw new ClusterConfigurationException($"The API server answered 401 to the token that was read last, and there is no other one. {gone.Message}", gone);
        }
    }

    private async ValueTask<Known> ReadAsync(Known? last, CancellationToken cancellationToken)
    {
        try
        {
            var text = await SharedFile.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
            return Keep(Credential.CheckToken(text.Trim(), $"the token in {path}", configuration));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ClusterConfigurationException)
        {
            // While a file is being replaced, what was read last is still the best.
            if (last is not null)
                return last;
            if (configuration.Token is { } token)
                return Keep(token);
            throw exception as ClusterConfigurationException
                ?? new ClusterConfigurationException(
                    $"The token file {path} of {configuration.Origin} cannot be read: {exception.Message}", exception);
        }
    }

    private Known Keep(string token) => _known = new Known(Credential.Bearer(token), time.GetTimestamp());

    private sealed record Known(Credential Credential, long ReadAt);
}
