using System.Net.Sockets;

namespace EventRecording.Sandbox;

/// <summary>The exceptions that HttpClient throws over a broken connection.</summary>
internal static class ConnectionErrors
{
    /// <summary>Instead of an answer.</summary>
    public static HttpRequestException Throwable(HowToClose how) => how switch
    {
        HowToClose.Refuse => new HttpRequestException(
            HttpRequestError.ConnectionError, "Connection refused", new SocketException((int)SocketError.ConnectionRefused)),
        HowToClose.Reset => new HttpRequestException(
            HttpRequestError.Unknown, "An error occurred while sending the request.", Within(how)),
        _ => new HttpRequestException(
            HttpRequestError.ResponseEnded, "An error occurred while sending the request.", Within(how)),
    };

    /// <summary>Within the body of an answer.</summary>
    public static IOException Within(HowToClose how) => how == HowToClose.Reset
        ? new IOException("The connection was reset by the peer.", new SocketException((int)SocketError.ConnectionReset))
        : new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
}
