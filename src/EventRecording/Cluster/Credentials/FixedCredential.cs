using System.Net.Http.Headers;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>A credential that never changes: a token, a name with a password, or none.</summary>
internal sealed class FixedCredential(AuthenticationHeaderValue? header) : IClusterCredential
{
    public static FixedCredential Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token));

    public static FixedCredential Basic(BasicCredential basic) =>
        new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.Name}:{basic.Password}"))));

    public ValueTask<AuthenticationHeaderValue?> GetAsync(CancellationToken cancellationToken) => new(header);

    public ValueTask<bool> RenewAsync(AuthenticationHeaderValue? refused, CancellationToken cancellationToken) => new(false);
}
