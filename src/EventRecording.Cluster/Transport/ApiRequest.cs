namespace EventRecording.Cluster;

/// <summary>One request to an API server.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query, from the root of the server's address on.</param>
/// <param name="Body">Body, or empty.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Accept">What the answer should be.</param>
/// <param name="IsLarge">The answer has many parts. Over HTTP/1.1 each comes to the reader with one hand-over between threads instead of three.</param>
internal sealed record ApiRequest(
    HttpMethod Method,
    string Path,
    ReadOnlyMemory<byte> Body = default,
    string ContentType = ApiRequest.Json,
    string Accept = ApiRequest.Json,
    bool IsLarge = false)
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";
}
