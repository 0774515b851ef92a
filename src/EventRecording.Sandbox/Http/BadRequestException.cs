namespace EventRecording.Sandbox.Http;

/// <summary>A client that does not speak HTTP/1.1 as this server does.</summary>
internal sealed class BadRequestException(int statusCode, string message) : Exception(message)
{
    public int StatusCode { get; } = statusCode;
}
