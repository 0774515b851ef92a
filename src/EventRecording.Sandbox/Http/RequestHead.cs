using System.Globalization;
using System.Text;

namespace EventRecording.Sandbox;

/// <summary>Request line and headers.</summary>
internal sealed record RequestHead(string Method, string Target, bool IsHttp10, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Announced length of the body; <see langword="null"/> if none is announced.</summary>
    /// <exception cref="BadRequestException">The length is no number.</exception>
    public long? ContentLength
    {
        get
        {
            if (!Headers.TryGetValue("Content-Length", out var text))
                return null;
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? length
                : throw new BadRequestException(400, "the header Content-Length is no number");
        }
    }

    public bool IsChunked => Has("Transfer-Encoding", "chunked");

    public bool ExpectsContinue => Has("Expect", "100-continue");

    public bool WantsClose => Has("Connection", "close") || IsHttp10 && !Has("Connection", "keep-alive");

    /// <exception cref="BadRequestException">It is no head of a request.</exception>
    public static RequestHead Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split("\r\n");
        if (lines[0].Split(' ') is not [{ Length: > 0 } method, { Length: > 0 } target, ("HTTP/1.1" or "HTTP/1.0") and var version])
            throw new BadRequestException(400, "the request line is malformed");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || char.IsWhiteSpace(line[0]))
                throw new BadRequestException(400, "a header is malformed");
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var earlier) ? $"{earlier}, {value}" : value;
        }
        return new RequestHead(method, PathOf(target), version == "HTTP/1.0", headers);
    }

    /// <summary>A proxy is sent the whole address.</summary>
    private static string PathOf(string target)
    {
        if (target[0] == '/')
            return target;
        return Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? uri.PathAndQuery
            : throw new BadRequestException(400, "the target of the request is no path");
    }

    private bool Has(string name, string value) => Headers.TryGetValue(name, out var text)
        && text.Split(',', StringSplitOptions.TrimEntries).Contains(value, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A client that does not speak HTTP/1.1 as this server does.</summary>
internal sealed class BadRequestException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;
}
