using System.Globalization;

namespace EventRecording.Sandbox;

/// <summary>Reads the body of a request, announced by its length or in chunks.</summary>
internal static class RequestBody
{
    /// <summary>What the API server takes at most.</summary>
    public const int MaximalBytes = 3 * 1024 * 1024;

    /// <exception cref="BadRequestException">413: it is too long; 400: it is malformed.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        RequestHead head, SocketReader reader, CancellationToken cancellationToken)
    {
        if (head.IsChunked)
        {
            return head.ContentLength is null
                ? await ReadChunksAsync(reader, cancellationToken).ConfigureAwait(false)
                : throw new BadRequestException(400, "the body has a length and chunks");
        }
        var length = head.ContentLength ?? 0;
        CheckLength(length);
        return length == 0 ? default : await reader.ReadExactlyAsync((int)length, cancellationToken).ConfigureAwait(false);
    }

    public static void CheckLength(long length)
    {
        if (length > MaximalBytes)
            throw new BadRequestException(413, "Request entity too large: limit is 3145728");
    }

    private static int ChunkLength(string line)
    {
        var text = line.Split(';')[0].Trim();
        return int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) && length >= 0
            ? length
            : throw new BadRequestException(400, "the length of a chunk is no number");
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadChunksAsync(SocketReader reader, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            var length = ChunkLength(line);
            if (length == 0)
                break;
            CheckLength(body.Length + length);
            body.Write(await reader.ReadExactlyAsync(length, cancellationToken).ConfigureAwait(false));
            if ((await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length > 0)
                throw new BadRequestException(400, "a chunk is longer than announced");
        }
        while ((await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length > 0)
        {
            // Trailers say nothing that matters here.
        }
        return body.ToArray();
    }
}
