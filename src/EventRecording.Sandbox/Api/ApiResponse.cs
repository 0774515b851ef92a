using System.Text;

namespace EventRecording.Sandbox.Api;

/// <summary>An answer, before it is known how it travels.</summary>
internal sealed class ApiResponse
{
    public const string JsonType = "application/json";

    public required int StatusCode { get; init; }

    public string ContentType { get; init; } = JsonType;

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The frames of a watch, instead of a body.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Stream { get; init; }

    public List<(string Name, string Value)> Headers { get; } = [];

    public static ApiResponse Json(int statusCode, ReadOnlyMemory<byte> body) => new() { StatusCode = statusCode, Body = body };

    public static ApiResponse Text(int statusCode, string text) =>
        new() { StatusCode = statusCode, ContentType = "text/plain; charset=utf-8", Body = Encoding.UTF8.GetBytes(text) };
}
