using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>An answer, before it is known how it travels.</summary>
internal sealed class ApiResponse
{
    public required int StatusCode { get; init; }

    public string ContentType { get; init; } = "application/json";

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The frames of a watch, instead of a body.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Stream { get; init; }

    public List<(string Name, string Value)> Headers { get; } = [];

    public static ApiResponse Json(int statusCode, ReadOnlyMemory<byte> body) => new() { StatusCode = statusCode, Body = body };

    public static ApiResponse Text(int statusCode, string text) =>
        new() { StatusCode = statusCode, ContentType = "text/plain; charset=utf-8", Body = Encoding.UTF8.GetBytes(text) };
}

/// <summary>A request that is answered with a Status instead of what it asked for.</summary>
internal sealed class ApiException(int code, JsonObject body) : Exception(body.Text("message"))
{
    public JsonObject Body { get; } = body;

    public List<(string Name, string Value)> Headers { get; } = [];

    public ApiResponse ToResponse()
    {
        var response = ApiResponse.Json(code, JsonText.Write(Body));
        response.Headers.AddRange(Headers);
        return response;
    }
}
