using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>Turns what the transport throws into an error that names the server and where it was configured.</summary>
internal static partial class TransportErrors
{
    public static bool IsTransportError(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or AuthenticationException
            or JsonException or InvalidDataException;

    /// <summary>No connection came to be. Where that is so because it took too long, the handler's words for a SOCKS proxy do not say so.</summary>
    public static bool IsUnreachable(Exception exception) => Classify(exception) == ClusterConnectionFailure.Unreachable;

    public static ClusterConnectionException Timeout(ClusterConfiguration configuration, TimeSpan timeout) =>
        new(ClusterConnectionFailure.Timeout, $"No answer from {configuration} within {Seconds(timeout)} s.");

    public static ClusterConnectionException Cancelled(ClusterConfiguration configuration, TimeSpan after, bool wasNotSent, Exception cancelled) =>
        new(ClusterConnectionFailure.Timeout, $"No answer from {configuration} within {Seconds(after)} s, then the request was cancelled.", cancelled) { WasNotSent = wasNotSent };

    public static ClusterConnectionException NoCredential(ClusterConfiguration configuration, TimeSpan after, Exception cancelled) =>
        new(ClusterConnectionFailure.Timeout, $"No credential for {configuration} within {Seconds(after)} s, then the request was cancelled.", cancelled) { WasNotSent = true };

    public static ClusterConnectionException NotSent(ClusterConfiguration configuration, Exception exception) =>
        new(ClusterConnectionFailure.Unreachable, $"{Describe(ClusterConnectionFailure.Unreachable)} {configuration}: {SafeText.OneLine(exception.Message)}", exception);

    public static ClusterConnectionException Disposed(ClusterConfiguration configuration, Exception? exception = null) =>
        new(ClusterConnectionFailure.Unreachable, $"The connection to the API server {configuration} was disposed: keep it until what uses it is disposed.", exception) { IsTransient = false };

    public static ClusterConnectionException ConnectTimeout(ClusterConfiguration configuration, TimeSpan timeout, Uri? proxy) =>
        new(
            ClusterConnectionFailure.Unreachable,
            $"Cannot reach the API server {configuration}{Through(proxy)}: no connection within {Seconds(timeout)} s.");

    /// <param name="exception">What the handler threw.</param>
    /// <param name="configuration">Names the server.</param>
    /// <param name="proxy">The proxy on the way.</param>
    /// <param name="secrets">Masks what the server may repeat.</param>
    /// <param name="wasNotSent">Nothing of the request was sent; <see langword="null"/> if the failure alone can tell.</param>
    public static ClusterConnectionException Translate(Exception exception, ClusterConfiguration configuration, Uri? proxy, SecretMask secrets, bool? wasNotSent)
    {
        var failure = Classify(exception);
        var way = failure == ClusterConnectionFailure.Unreachable ? Through(proxy) : "";
        var cause = Presentable(exception, secrets);
        var message = $"{Describe(failure)} {configuration}{way}: {SafeText.OneLine(Reason(cause))}";
        return wasNotSent is { } known
            ? new ClusterConnectionException(failure, message, cause) { WasNotSent = known }
            : new ClusterConnectionException(failure, message, cause);
    }

    /// <summary>Whether somebody took the connection and let it fall, before the handshake was over or later.</summary>
    public static bool IsBroken(ClusterConnectionException error) =>
        error is { Failure: ClusterConnectionFailure.Broken } or { Failure: ClusterConnectionFailure.Unreachable, InnerException: HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    private static ClusterConnectionFailure Classify(Exception exception) => exception switch
    {
        JsonException or InvalidDataException => ClusterConnectionFailure.BadAnswer,
        _ when Innermost(exception) is AuthenticationException => ClusterConnectionFailure.Certificate,
        HttpRequestException
        {
            // A handshake that broke off, as when a server restarts, is no matter of certificates.
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError
                or HttpRequestError.SecureConnectionError
        } => ClusterConnectionFailure.Unreachable,
        _ => ClusterConnectionFailure.Broken,
    };

    private static string Describe(ClusterConnectionFailure failure) => failure switch
    {
        ClusterConnectionFailure.Unreachable => "Cannot reach the API server",
        ClusterConnectionFailure.Certificate => "No secure connection to the API server",
        ClusterConnectionFailure.BadAnswer => "Not the answer of an API server from",
        _ => "The connection broke to the API server",
    };

    private static string Through(Uri? proxy) => proxy is null ? "" : $" through the proxy {proxy}";

    private static string Reason(Exception exception) => Innermost(exception) switch
    {
        // Its own words speak of archives.
        InvalidDataException { Source: AnswerBody.Decompressor } => "it is said to be compressed with gzip, and is not, or is damaged.",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, Message: var said } => said.Contains("407", StringComparison.Ordinal)
            ? "it lets nobody through without the right name and password (407), which stand in its address: http://NAME:PASSWORD@HOST:PORT"
            : said.TrimEnd('"'),
        // The words of SslStream for what is no record of TLS.
        { Message: var said } when said.Contains("frame size", StringComparison.Ordinal) => "what answers there does not speak TLS: is it http://, or another port?",
        var inner => inner.Message,
    };

    // What the handler and the reader of JSON throw quotes what came, and people see the inner exceptions too.
    private static Exception Presentable(Exception exception, SecretMask secrets)
    {
        var inner = exception.InnerException is { } cause ? Presentable(cause, secrets) : null;
        var message = SafeText.Lines(secrets.Mask(BadWord().Replace(exception.Message, "A word")));
        if (message == exception.Message && ReferenceEquals(inner, exception.InnerException))
            return exception;
        return exception switch
        {
            JsonException json => new JsonException(message, json.Path, json.LineNumber, json.BytePositionInLine, inner),
            HttpRequestException http => new HttpRequestException(http.HttpRequestError, message, inner, http.StatusCode),
            InvalidDataException => new InvalidDataException(message, inner),
            _ => new IOException(message, inner),
        };
    }

    // As much of it as has come: a part of a secret, perhaps, which nobody knows for one.
    [GeneratedRegex("^'.{2,}'(?= is an invalid JSON literal)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex BadWord();

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
