using System.IO.Compression;

namespace EventRecording.Sandbox;

/// <summary>Compresses large answers for who accepts it, as an API server does.</summary>
internal static class Compression
{
    /// <summary>An API server sends answers up to this size as they are.</summary>
    public const int LargestPlain = 128 * 1024;

    public static ApiResponse For(ApiRequest request, ApiResponse response)
    {
        if (response.Body.Length <= LargestPlain || !Accepts(request.Header("Accept-Encoding")))
            return response;
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(response.Body.Span);
        var answer = new ApiResponse { StatusCode = response.StatusCode, ContentType = response.ContentType, Body = compressed.ToArray() };
        answer.Headers.AddRange(response.Headers);
        answer.Headers.AddRange([("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]);
        return answer;
    }

    // One with a weight is none that an API server knows.
    private static bool Accepts(string encodings) => encodings.Split(',').Any(it => it.Trim() == "gzip");
}
