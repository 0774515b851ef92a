using System.Net;
using System.Text;

namespace EventRecording.Tests.Support;

/// <summary>Answers each request with what a test says, and keeps what was asked.</summary>
internal sealed class FakeHandler(Func<SentRequest, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly List<SentRequest> _requests = [];

    public FakeHandler(params HttpResponseMessage[] answers)
        : this(new Queue<HttpResponseMessage>(answers))
    {
    }

    private FakeHandler(Queue<HttpResponseMessage> answers)
        : this(_ => answers.Dequeue())
    {
    }

    public IReadOnlyList<SentRequest> Requests => _requests;

    /// <summary>What <c>/readyz</c> answers, which is asked after a refusal and not counted here.</summary>
    public HttpStatusCode Readiness { get; set; } = HttpStatusCode.OK;

    public static HttpResponseMessage Json(string body, HttpStatusCode code = HttpStatusCode.OK) =>
        new(code) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Text(string body, HttpStatusCode code, string mediaType = "text/plain") =>
        new(code) { Content = new StringContent(body, Encoding.UTF8, mediaType) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath == "/readyz")
            return Text(Readiness.ToString(), Readiness);
        var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new SentRequest(
            request.Method.Method,
            request.RequestUri.PathAndQuery,
            body,
            request.Content?.Headers.ContentType?.MediaType,
            request.Headers.NonValidated.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        lock (_requests)
            _requests.Add(sent);
        return answer(sent);
    }
}

/// <summary>A request as it was sent.</summary>
internal sealed record SentRequest(string Method, string PathAndQuery, string? Body, string? ContentType, IReadOnlyDictionary<string, string> Headers);
