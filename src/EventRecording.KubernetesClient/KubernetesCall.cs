using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using k8s.Models;

namespace EventRecording.KubernetesClient;

/// <summary>One request through the client, with its errors as sinks and sources throw them.</summary>
internal static class KubernetesCall
{
    public const string Version = "v1";
    public const string Plural = "events";
    private const int LongestText = 400;
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <exception cref="ArgumentOutOfRangeException">No timer takes it.</exception>
    public static TimeSpan CheckTimeout(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan || (timeout > TimeSpan.Zero && timeout <= LongestTimeout)
        ? timeout
        : throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"RequestTimeout is more than zero, at most {LongestTimeout}, or Timeout.InfiniteTimeSpan.");

    /// <summary>The group as the client's operations on custom objects take it: empty makes them ask <c>/api/v1</c>.</summary>
    public static string Group(string apiVersion) => apiVersion switch
    {
        EventApiVersion.CoreV1 => "",
        EventApiVersion.EventsV1 => "events.k8s.io",
        _ => throw new ArgumentException($"Events are read and written through {EventApiVersion.CoreV1} or {EventApiVersion.EventsV1}, not through {apiVersion}.", nameof(apiVersion)),
    };

    /// <summary>A name as part of a path: the client puts it there as it is.</summary>
    /// <exception cref="ArgumentException">It would lead elsewhere.</exception>
    public static string Segment(string name) => name is not ("." or "..")
        ? Uri.EscapeDataString(name)
        : throw new ArgumentException($"Nothing can be named '{name}'.", nameof(name));

    /// <summary>JSON as the client takes it. Without the serializer, which has no reflection in an app that is trimmed.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>JSON as the client gives it, as it came.</summary>
    public static byte[] ToBytes(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());

    public static async ValueTask<T> SendAsync<T>(
        IKubernetes client, Func<CancellationToken, Task<HttpOperationResponse<JsonElement>>> send, Func<byte[], ValueTask<T>> read, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            // The client reads the body synchronously, and neither its timeout nor the token ends that: a body that stalls would hold the caller for ever.
            using var answer = await Task.Run(() => send(deadline.Token), deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
            return await read(ToBytes(answer.Body)).ConfigureAwait(false);
        }
        catch (Exception error) when (Translate(error, client, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>The error as the contract has it; <see langword="null"/> for one that goes through as it is.</summary>
    public static Exception? Translate(Exception error, IKubernetes client, CancellationToken cancellationToken) => error switch
    {
        HttpOperationException { Response: { } response } => new KubernetesApiException(Read(response)),
        // What it sends with is null once it is disposed.
        NullReferenceException when client is Kubernetes { HttpClient: null } => Disposed(error, wasNotSent: true),
        ObjectDisposedException => Disposed(error, wasNotSent: false),
        // The handler's own time to connect; the client's time for a request has a cancellation inside.
        OperationCanceledException { InnerException: TimeoutException { InnerException: not OperationCanceledException } } =>
            new EventStoreException("There was no connection to the API server in time.", error) { WasNotSent = true },
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        OperationCanceledException or TimeoutException => new EventStoreException("The API server did not answer in time.", error),
        // A credential that cannot be had: nothing was sent.
        KubeConfigException or KubernetesClientException => new EventStoreException(error.Message, error) { WasNotSent = true },
        HttpRequestException http => new EventStoreException($"No answer from the API server: {Reason(error)}", error)
        {
            WasNotSent = http.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
            IsTransient = error.GetBaseException() is not AuthenticationException,
        },
        IOException or SocketException => new EventStoreException($"The connection to the API server broke: {Reason(error)}", error),
        JsonException or FormatException => new EventStoreException($"Not the answer of an API server: {Reason(error)}", error),
        _ => null,
    };

    public static KubernetesStatus Read(V1Status status) => new()
    {
        Code = status.Code ?? 0,
        Reason = status.Reason ?? "",
        Message = status.Message ?? "",
        Name = status.Details?.Name,
        Group = status.Details?.Group ?? "",
        Kind = status.Details?.Kind,
        Causes = status.Details?.Causes?.Select(cause => new KubernetesStatusCause(cause.Reason ?? "", cause.Message ?? "", cause.Field ?? "")).ToArray() ?? [],
        RetryAfter = status.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null,
        Continue = status.Metadata?.ContinueProperty,
    };

    private static KubernetesStatus Read(HttpResponseMessageWrapper response)
    {
        var content = response.Content ?? "";
        var status = EventJson.TryReadStatus(Encoding.UTF8.GetBytes(content))
            ?? new KubernetesStatus { Message = SafeText.OneLine(content.Length > 0 ? content : response.ReasonPhrase ?? "no explanation", LongestText) };
        return status with
        {
            Code = status.Code == 0 ? (int)response.StatusCode : status.Code,
            RetryAfter = RetryAfter(response) ?? status.RetryAfter,
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessageWrapper response)
    {
        if (!RetryConditionHeaderValue.TryParse(Header(response, "Retry-After"), out var asked))
            return null;
        // Against the server's own clock.
        var wait = asked.Delta ?? (DateTimeOffset.TryParse(Header(response, "Date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now) ? asked.Date - now : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string? Header(HttpResponseMessageWrapper response, string name) =>
        response.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();

    private static EventStoreException Disposed(Exception error, bool wasNotSent) =>
        new("The client was disposed: keep it until what uses it, such as the broadcaster, is disposed.", error) { WasNotSent = wasNotSent, IsTransient = false };

    private static string Reason(Exception error) => SafeText.OneLine(error.GetBaseException().Message);
}
