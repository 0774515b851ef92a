namespace EventRecording.Sandbox.Api;

/// <summary>A request, however it came.</summary>
internal sealed class ApiRequest
{
    public ApiRequest(string method, string target, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body)
    {
        Method = method;
        Target = target;
        Headers = headers;
        Body = body;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        Path = question < 0 ? target : target[..question];
        Query = QueryString.Parse(question < 0 ? "" : target[(question + 1)..]);
        Info = RequestInfo.From(method, Path, Query);
    }

    public string Method { get; }

    /// <summary>Path and query, as sent.</summary>
    public string Target { get; }

    public string Path { get; }

    public QueryString Query { get; }

    /// <summary>Headers by name, without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public RequestInfo Info { get; }

    public string Header(string name) => Headers.TryGetValue(name, out var value) ? value : "";

    public ApiRequest WithBody(ReadOnlyMemory<byte> body) => new(Method, Target, Headers, body);
}
