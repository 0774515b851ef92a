using System.Security.Cryptography;
using System.Text;

namespace EventRecording;

/// <summary>The value that was last recorded on change, as it stands on the event: a hash, so that a value may be of any length and is shown to nobody.</summary>
/// <param name="Hash">128 bits of SHA-256, in hex.</param>
internal sealed record ValueMark(string Hash)
{
    public const string Annotation = WriterMark.Domain + "on-change";

    private const int HashBytes = 16;

    public static ValueMark Of(string value)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
        return new ValueMark(Convert.ToHexString(hash.AsSpan(0, HashBytes)));
    }

    public static ValueMark? On(KubeEvent kubeEvent) =>
        kubeEvent.Annotations.TryGetValue(Annotation, out var hash) ? new ValueMark(hash) : null;
}
