using System.Net.Http.Headers;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>A credential that never changes: a token, a name with a password, or none.</summary>
internal sealed class FixedCredential(Credential credential) : IClusterCredential
{
    public static FixedCredential Basic(BasicCredential basic)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.Name}:{basic.Password}"));
        return new FixedCredential(new Credential(new AuthenticationHeaderValue("Basic", pair)));
    }

    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);

    public ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken) => new(false);
}
