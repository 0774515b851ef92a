using System.Net.Http.Headers;

namespace EventRecording.Cluster;

/// <summary>Says for each request who asks. One for all requests of a connection; safe for several threads.</summary>
internal interface IClusterCredential
{
    /// <summary>The header Authorization; <see langword="null"/> for none.</summary>
    ValueTask<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken);

    /// <summary>After a 401: looks for a credential newer than the one that was refused.</summary>
    /// <returns>Whether it makes sense to ask again.</returns>
    ValueTask<bool> RenewAsync(AuthenticationHeaderValue? refused, CancellationToken cancellationToken);
}
