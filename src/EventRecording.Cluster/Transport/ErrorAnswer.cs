using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>
/// Reads an answer that is no success as a <see cref="KubernetesStatus"/>: an API server sends one, a proxy before it sends text or HTML.
/// </summary>
internal static partial class ErrorAnswer
{
    private const int LargestBody = 64 * 1024;
    private const int LongestText = 400;

    // Linear in the length of the text, whatever the text is.
    private const RegexOptions Safe =
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // The debug page of a gateway shows the request that it was sent.
    public static async ValueTask<KubernetesStatus> ReadAsync(
        HttpResponseMessage response, ClusterConfiguration asked, SecretMask secrets, TimeProvider time, CancellationToken cancellationToken)
    {
        var code = (int)response.StatusCode;
        if (code is >= 300 and < 400)
            return new KubernetesStatus { Code = code, Reason = "Redirect", Message = $"{DescribeRedirect(response)} It is {asked}" };
        var status = await ReadBodyAsync(response, asked, secrets, cancellationToken).ConfigureAwait(false);
        return status with
        {
            Code = status.Code == 0 ? code : status.Code,
            RetryAfter = RetryAfter(response.Headers, time) ?? status.RetryAfter,
        };
    }

    // Only the host: what follows it may be a secret.
    private static string DescribeRedirect(HttpResponseMessage response) =>
        response.Headers.Location is { IsAbsoluteUri: true } location
            ? $"it redirects to {SafeText.OneLine(location.Host, 256)}, and redirects are not followed; is the server's address right?"
            : "it redirects, and redirects are not followed; is the server's address right?";

    private static async ValueTask<KubernetesStatus> ReadBodyAsync(
        HttpResponseMessage response, ClusterConfiguration asked, SecretMask secrets, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LargestBody);
        try
        {
            using var stream = AnswerBody.Decompress(response.Content, await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
            var room = buffer.AsMemory(0, LargestBody);
            var length = await stream.ReadAtLeastAsync(room, LargestBody, false, cancellationToken).ConfigureAwait(false);
            var body = buffer.AsSpan(0, length);
            return EventJson.TryReadStatus(body) is { } status ? secrets.Mask(status) : Unexplained(body, response, asked, secrets);
        }
        catch (InvalidDataException)
        {
            // A gateway may put its own text under the headers of the server: the code is the answer.
            return Unexplained([], response, asked, secrets);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Whoever sent it: it need not be the API server.
    private static KubernetesStatus Unexplained(ReadOnlySpan<byte> body, HttpResponseMessage response, ClusterConfiguration asked, SecretMask secrets) =>
        new() { Reason = Reason(response.StatusCode), Message = $"{Text(body, response, secrets).TrimEnd('.')}, from {asked}" };

    private static string Text(ReadOnlySpan<byte> body, HttpResponseMessage response, SecretMask secrets)
    {
        var text = secrets.Mask(Encoding.UTF8.GetString(body));
        if (response.Content.Headers.ContentType?.MediaType == "text/html")
            text = Markup().Replace(text, " ");
        text = Spaces().Replace(text, " ").Trim();
        if (text.Length == 0)
            text = secrets.Mask(response.ReasonPhrase ?? "");
        return text.Length == 0 ? "no explanation" : SafeText.OneLine(text, LongestText);
    }

    // The words that an API server uses for these codes, so that callers need not look at both.
    private static string Reason(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => "BadRequest",
        HttpStatusCode.Unauthorized => "Unauthorized",
        HttpStatusCode.NotFound => "NotFound",
        HttpStatusCode.TooManyRequests => "TooManyRequests",
        HttpStatusCode.ServiceUnavailable => "ServiceUnavailable",
        HttpStatusCode.GatewayTimeout => "Timeout",
        _ => "",
    };

    private static TimeSpan? RetryAfter(HttpResponseHeaders headers, TimeProvider time)
    {
        if (headers.RetryAfter is not { } retryAfter)
            return null;
        // Against the server's own clock where it tells it.
        var wait = retryAfter.Delta ?? retryAfter.Date - (headers.Date ?? time.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    [GeneratedRegex("<(script|style)[^>]*>.*?</(script|style)>|<[^>]*>", RegexOptions.Singleline | Safe)]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+", Safe)]
    private static partial Regex Spaces();
}
