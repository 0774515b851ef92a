namespace EventRecording.Cluster;

/// <summary>An answer that is read as it comes.</summary>
/// <param name="Response">The answer.</param>
/// <param name="Secrets">Masks what it may repeat of the request.</param>
internal sealed record OpenAnswer(HttpResponseMessage Response, SecretMask Secrets) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
