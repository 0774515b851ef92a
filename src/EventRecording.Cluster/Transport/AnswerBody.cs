using System.IO.Compression;

namespace EventRecording.Cluster;

/// <summary>Answers that are compressed on their way: an API server does so above 128 KiB for who accepts it, and a list becomes a twentieth.</summary>
internal static class AnswerBody
{
    /// <summary>What is accepted.</summary>
    public const string Gzip = "gzip";

    /// <summary>What is accepted of a watch: who compresses holds frames back. A gateway may do so all the same, above all where nothing is said.</summary>
    public const string Identity = "identity";

    /// <summary>Where the errors of a body come from that is not what it is said to be.</summary>
    public const string Decompressor = "System.IO.Compression";

    /// <summary>The body as it was before it was compressed.</summary>
    public static Stream Decompress(HttpContent content, Stream body) =>
        content.Headers.NonValidated.TryGetValues("Content-Encoding", out var encodings) && encodings.ToString().Equals(Gzip, StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(body, CompressionMode.Decompress)
            : body;
}
