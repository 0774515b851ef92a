using System.Text;

namespace EventRecording.Cluster;

/// <summary>Reads files that other programs write and replace, such as kubectl and whoever renews a certificate.</summary>
/// <remarks>On Windows whoever opens a file says what others may do with it meanwhile: <see cref="File.ReadAllBytes"/> lets nobody write or replace it, and fails where somebody does.</remarks>
internal static class SharedFile
{
    // Hundreds of clusters with their certificates; more is a mistake, or a device that has no end.
    private const int MostBytes = 4 * 1024 * 1024;

    /// <exception cref="IOException">It cannot be read, or is larger than 4 MiB.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        using var file = Open(path);
        var bytes = new MemoryStream();
        var block = new byte[16 * 1024];
        for (int count; (count = file.Read(block)) > 0; bytes.Write(block, 0, count))
        {
            if (bytes.Length + count > MostBytes)
                throw new IOException($"it is larger than {MostBytes / 1024 / 1024} MiB.");
        }

        return bytes.ToArray();
    }

    /// <inheritdoc cref="ReadAllBytes"/>
    public static string ReadAllText(string path, Encoding encoding)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAllBytes(path)), encoding);
        return reader.ReadToEnd();
    }

    /// <summary>Why a file cannot be read, as the end of a sentence.</summary>
    public static string Reason(string path, Exception exception) => Directory.Exists(path) ? "it is a directory." : exception.Message + TildeHint(path);

    /// <summary>What to do where a path has a <c>~</c> that nobody replaced; empty where it has none.</summary>
    public static string TildeHint(string text) =>
        text.Contains("/~/", StringComparison.Ordinal) || text.Contains(@"\~\", StringComparison.Ordinal) || text.StartsWith("~/", StringComparison.Ordinal)
            ? " The ~ is not replaced there: write the home directory in full."
            : "";

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
