namespace EventRecording.Cluster;

/// <summary>A client certificate (PEM, with the certificates between it and its authority) and its key (PEM, not encrypted).</summary>
/// <param name="Certificate">One or more blocks <c>CERTIFICATE</c>.</param>
/// <param name="Key">A block <c>PRIVATE KEY</c>, <c>RSA PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>.</param>
public sealed record ClientCertificate(ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Key)
{
    /// <summary>Whether the other one is the same to the byte: a plugin may print the same one each time.</summary>
    public bool Equals(ClientCertificate? other) =>
        ReferenceEquals(this, other) || (other is not null && Certificate.Span.SequenceEqual(other.Certificate.Span) && Key.Span.SequenceEqual(other.Key.Span));

    /// <inheritdoc/>
    public override int GetHashCode() => Certificate.Length;

    /// <summary>Says what it is; shows no key.</summary>
    public override string ToString() => "a client certificate";
}

/// <summary>The files of a client certificate and of its key, which somebody may replace at any time, as the kubelet does.</summary>
/// <param name="Certificate">File as in <see cref="ClientCertificate.Certificate"/>.</param>
/// <param name="Key">File as in <see cref="ClientCertificate.Key"/>; it may be the same.</param>
public sealed record ClientCertificateFiles(string Certificate, string Key);
