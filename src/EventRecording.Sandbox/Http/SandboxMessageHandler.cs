using System.Net;

namespace EventRecording.Sandbox;

/// <summary>Answers <see cref="HttpClient"/> without a network; faults throw what a network would.</summary>
internal sealed class SandboxMessageHandler(Backend backend) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // As the handler of a network does: what is cancelled already is never sent.
        cancellationToken.ThrowIfCancellationRequested();
        var connections = backend.Connections;
        if (connections.IsCancellationRequested)
            throw ConnectionErrors.Throwable(HowToClose.Refuse);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connections);
        try
        {
            return await SendAsync(request, connections, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ConnectionErrors.Throwable(HowToClose.Reset);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken connections, CancellationToken stop)
    {
        var head = Read(request);
        var fault = backend.ChooseFault(head);
        if (fault is ConnectionFault { Moment: FaultMoment.BeforeBody or FaultMoment.WithinBody } early)
        {
            backend.Record(head, fault);
            throw ConnectionErrors.Throwable(early.How);
        }
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
        var full = head.WithBody(body);
        backend.Record(full, fault);
        var response = await HandleAsync(full, fault, stop).ConfigureAwait(false);
        return Message(request, response, fault as BodyFault, connections);
    }

    private async ValueTask<ApiResponse> HandleAsync(ApiRequest request, Fault? fault, CancellationToken stop)
    {
        if (fault is not ConnectionFault broken)
            return await backend.HandleAsync(request, fault, stop).ConfigureAwait(false);
        if (broken.Moment == FaultMoment.InsteadOfAnswer)
            backend.Apply(request);
        if (broken.How == HowToClose.Never)
            await Task.Delay(Timeout.InfiniteTimeSpan, backend.Time, stop).ConfigureAwait(false);
        throw ConnectionErrors.Throwable(broken.How);
    }

    private HttpResponseMessage Message(HttpRequestMessage request, ApiResponse response, BodyFault? fault, CancellationToken connections)
    {
        var content = response.Stream is null && fault is null
            ? (HttpContent)new ReadOnlyMemoryContent(response.Body)
            : new StreamContent(new ResponseStream(response, fault, connections));
        if (response.Stream is null)
            content.Headers.ContentLength = response.Body.Length;
        content.Headers.TryAddWithoutValidation("Content-Type", response.ContentType);
        var message = new HttpResponseMessage((HttpStatusCode)response.StatusCode) { Content = content, RequestMessage = request };
        message.Headers.Date = backend.Time.GetUtcNow();
        foreach (var (name, value) in response.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                content.Headers.TryAddWithoutValidation(name, value);
        }
        return message;
    }

    private static ApiRequest Read(HttpRequestMessage request)
    {
        var uri = request.RequestUri ?? throw new InvalidOperationException("The request names no address.");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Host"] = uri.Authority };
        foreach (var header in request.Headers.NonValidated)
            headers[header.Key] = string.Join(", ", header.Value);
        if (request.Content is not null)
        {
            foreach (var header in request.Content.Headers.NonValidated)
                headers[header.Key] = string.Join(", ", header.Value);
        }
        return new ApiRequest(request.Method.Method, uri.PathAndQuery, headers, default);
    }
}
