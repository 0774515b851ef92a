using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EventRecording.Sandbox;

/// <summary>Writes answers to a socket, whole or in chunks, up to where a fault wants it.</summary>
internal sealed class ResponseWriter(Socket socket, TimeProvider time)
{
    /// <summary>Answers up to this size go out with their head in one packet.</summary>
    private const int SmallBody = 64 * 1024;

    public ValueTask WriteContinueAsync(CancellationToken cancellationToken) =>
        SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);

    /// <summary>Writes an answer with a body of known length, which <paramref name="cutter"/> may end early.</summary>
    public async ValueTask WriteAsync(ApiResponse response, bool close, BodyCutter? cutter, CancellationToken cancellationToken)
    {
        var body = response.Body;
        var head = Head(response, close, "Content-Length: " + body.Length.ToString(CultureInfo.InvariantCulture));
        if (cutter is not null)
            body = cutter.Pass(body);
        if (body.Length <= SmallBody)
        {
            var packet = new byte[head.Length + body.Length];
            head.CopyTo(packet, 0);
            body.CopyTo(packet.AsMemory(head.Length));
            await SendAsync(packet, cancellationToken).ConfigureAwait(false);
            return;
        }
        await SendAsync(head, cancellationToken).ConfigureAwait(false);
        await SendAsync(body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the head of an answer that comes in chunks.</summary>
    public ValueTask WriteStreamHeadAsync(ApiResponse response, bool close, CancellationToken cancellationToken) =>
        SendAsync(Head(response, close, "Transfer-Encoding: chunked"), cancellationToken);

    /// <summary>Writes a chunk; an unfinished one lacks its end, so that no client takes it for whole.</summary>
    public ValueTask WriteChunkAsync(ReadOnlyMemory<byte> part, int announced, CancellationToken cancellationToken)
    {
        var start = Encoding.ASCII.GetBytes(announced.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        var whole = part.Length == announced;
        var packet = new byte[start.Length + part.Length + (whole ? 2 : 0)];
        start.CopyTo(packet, 0);
        part.CopyTo(packet.AsMemory(start.Length));
        if (whole)
            "\r\n"u8.CopyTo(packet.AsSpan(packet.Length - 2));
        return SendAsync(packet, cancellationToken);
    }

    public ValueTask WriteLastChunkAsync(CancellationToken cancellationToken) => SendAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);

    private byte[] Head(ApiResponse response, bool close, string framing)
    {
        var text = new StringBuilder(256)
            .Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {response.StatusCode} {Reason(response.StatusCode)}\r\n")
            .Append("Cache-Control: no-cache, private\r\n")
            .Append(CultureInfo.InvariantCulture, $"Content-Type: {response.ContentType}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Date: {time.GetUtcNow():R}\r\n")
            .Append(framing).Append("\r\n");
        foreach (var (name, value) in response.Headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        if (close)
            text.Append("Connection: close\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    private static string Reason(int statusCode) => statusCode switch
    {
        422 => "Unprocessable Entity",
        431 => "Request Header Fields Too Large",
        _ => ((HttpStatusCode)statusCode).ToString(),
    };

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }
}
