using System.Text;

namespace EventRecording.Cluster;

/// <summary>Reads files that other programs write and replace, such as kubectl and whoever renews a certificate.</summary>
/// <remarks>On Windows whoever opens a file says what others may do with it meanwhile: <see cref="File.ReadAllBytes"/> lets nobody write or replace it, and fails where somebody does.</remarks>
internal static class SharedFile
{
    public static byte[] ReadAllBytes(string path)
    {
        using var file = Open(path, FileOptions.None);
        var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static string ReadAllText(string path, Encoding encoding)
    {
        using var reader = new StreamReader(Open(path, FileOptions.None), encoding);
        return reader.ReadToEnd();
    }

    public static async Task<string> ReadAllTextAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Open(path, FileOptions.Asynchronous));
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static FileStream Open(string path, FileOptions options) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 4096, options);
}
