using System.Net.Http.Headers;

namespace EventRecording.Cluster;

/// <summary>What proves to the server who asks.</summary>
/// <param name="Header">The header Authorization; <see langword="null"/> for none.</param>
/// <param name="Certificate">A client certificate instead of the configuration's.</param>
internal sealed record Credential(AuthenticationHeaderValue? Header, ClientCertificate? Certificate = null)
{
    public static Credential Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token));

    public override string ToString() => Header?.Scheme ?? "no header";
}
