namespace EventRecording.Cluster;

/// <summary>The files of a client certificate and of its key, which somebody may replace at any time, as the kubelet does.</summary>
/// <param name="Certificate">File as in <see cref="ClientCertificate.Certificate"/>.</param>
/// <param name="Key">File as in <see cref="ClientCertificate.Key"/>; it may be the same.</param>
public sealed record ClientCertificateFiles(string Certificate, string Key);
