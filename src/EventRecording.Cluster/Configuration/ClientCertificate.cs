namespace EventRecording.Cluster;

/// <summary>A client certificate (PEM, with the certificates between it and its authority) and its key (PEM, not encrypted).</summary>
/// <param name="Certificate">One or more blocks <c>CERTIFICATE</c>.</param>
/// <param name="Key">A block <c>PRIVATE KEY</c>, <c>RSA PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>.</param>
public sealed record ClientCertificate(ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Key)
{
    /// <summary>Says what it is; shows no key.</summary>
    public override string ToString() => "a client certificate";
}
