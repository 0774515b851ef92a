using EventRecording;

namespace YourOperator;

public sealed class HttpEventSink(HttpClient http) : IEventSink
{
    private readonly EventJson _json = new();

    public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, Events(kubeEvent.ApiVersion, kubeEvent.Namespace), EventJson.ToBytes(kubeEvent), "application/json", cancellationToken);

    public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch, $"{Events(patch.ApiVersion, patch.Namespace)}/{patch.Name}", EventJson.ToBytes(patch), "application/merge-patch+json", cancellationToken);

    private static string Events(string apiVersion, string inNamespace) =>
        $"{(apiVersion == EventApiVersion.CoreV1 ? "api/v1" : "apis/" + apiVersion)}/namespaces/{inNamespace}/events";

    private async ValueTask<KubeEvent> SendAsync(HttpMethod method, string path, byte[] body, string contentType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            var text = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
                return _json.ReadEvent(text);
            var status = EventJson.TryReadStatus(text) ?? new KubernetesStatus { Message = System.Text.Encoding.UTF8.GetString(text) };
            throw new KubernetesApiException(status with { Code = (int)answer.StatusCode, RetryAfter = answer.Headers.RetryAfter?.Delta ?? status.RetryAfter });
        }
        catch (Exception error) when (error is not KubernetesApiException && !cancellationToken.IsCancellationRequested)
        {
            var refused = error is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError };
            throw new EventStoreException(error.Message, error) { WasNotSent = refused };
        }
    }
}
