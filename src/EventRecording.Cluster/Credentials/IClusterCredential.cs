namespace EventRecording.Cluster;

/// <summary>Says for each request who asks. One for all requests of a connection; safe for several threads.</summary>
internal interface IClusterCredential
{
    /// <summary>The credential as it is now, made anew if it has come to its end.</summary>
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>After a 401: looks for a credential newer than the one that was refused.</summary>
    /// <returns>Whether it makes sense to ask again.</returns>
    ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken);
}
