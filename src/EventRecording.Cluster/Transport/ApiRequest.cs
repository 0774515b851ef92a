namespace EventRecording.Cluster;

/// <summary>One request to an API server.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query, from the root of the server's address on.</param>
/// <param name="Body">Body, or empty.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Accept">What the answer should be.</param>
internal sealed record ApiRequest(
    HttpMethod Method,
    string Path,
    ReadOnlyMemory<byte> Body = default,
    string ContentType = ApiRequest.Json,
    string Accept = ApiRequest.Json)
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>Somebody asked for this resource, and wants to know what the server warns of.</summary>
    public bool TellsWarnings { get; init; } = true;
}
