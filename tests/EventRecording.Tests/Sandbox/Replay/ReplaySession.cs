using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>Plays transcripts that were recorded one after the other against one sandbox.</summary>
internal sealed class ReplaySession : IDisposable
{
    private const string AdminToken = "admin-token";
    private const string LimitedToken = "limited-token";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 0, 31, 49, TimeSpan.Zero));
    private readonly HttpClient _client;

    public ReplaySession(KubernetesRules rules)
    {
        Sandbox = new KubernetesSandbox(new SandboxOptions
        {
            Rules = rules,
            TimeProvider = _time,
            Random = new Random(1),
            EventTimeToLive = null,
            HoldTerminatingNamespaces = true,
            Users = [SandboxUser.Administrator(AdminToken), Limited],
        });
        _client = new HttpClient(Sandbox.CreateHandler()) { BaseAddress = new Uri("http://127.0.0.1:16443/") };
    }

    public KubernetesSandbox Sandbox { get; }

    public SandboxUser Limited { get; } = new("limited-user", LimitedToken);

    public RecordedNames Names { get; } = new();

    /// <summary>Sends a request that was not recorded, as the administrator.</summary>
    public async Task<JsonNode> SendAsync(string method, string path, JsonNode? body = null, string contentType = "application/json")
    {
        using var request = Request(method, path, "application/json", contentType, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminToken);
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Plays a step and tells what came out differently.</summary>
    public async Task<IReadOnlyList<Difference>> PlayAsync(RecordedStep step)
    {
        var sent = Names.Body(step.RequestBody);
        using var request = Request(step.Method, Names.Path(step.Path), step.Accept, step.ContentType, sent);
        Authorize(request, step);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var comparison = new Comparison(Names, sent, otherContent: step.Path.StartsWith("/api/v1/events", StringComparison.Ordinal));
        comparison.Check((int)step.Response["status"]! == (int)response.StatusCode, "status", step.Response["status"], (int)response.StatusCode);
        comparison.Compare("headers", "", step.Response["headers"], Headers(response));
        if (step.Frames is { } frames)
            comparison.Compare("frames", "", frames, await ReadFramesAsync(response, frames.Count));
        else
            CompareBody(comparison, step, await response.Content.ReadAsStringAsync());
        return comparison.Differences;
    }

    /// <summary>Sends the request of another server's transcript, for what it leaves behind.</summary>
    public async Task RepeatAsync(RecordedStep step)
    {
        using var request = Request(step.Method, Names.Path(step.Path), step.Accept, step.ContentType, Names.Body(step.RequestBody));
        Authorize(request, step);
        using var response = await _client.SendAsync(request);
    }

    public void Dispose()
    {
        _client.Dispose();
        Sandbox.Dispose();
    }

    private static void CompareBody(Comparison comparison, RecordedStep step, string text)
    {
        if (step.Response["body"] is { } body)
            comparison.Compare("body", "", body, JsonNode.Parse(text));
        else if (step.Response["text"] is { } recorded)
            comparison.Check((string?)recorded == text, "text", recorded, text);
        else
            comparison.Check(step.Response["bodyBase64"] is null, "bodyBase64", "bytes", text);
    }

    /// <summary>Reads as many frames as were recorded, lets the time of the watch pass, and reads what is left.</summary>
    private async Task<JsonArray> ReadFramesAsync(HttpResponseMessage response, int recorded)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var frames = new JsonArray();
        while (frames.Count < recorded && await reader.ReadLineAsync() is { } line)
            frames.Add(JsonNode.Parse(line));
        var rest = reader.ReadLineAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        while (await rest is { } line)
        {
            frames.Add(JsonNode.Parse(line));
            rest = reader.ReadLineAsync();
        }
        return frames;
    }

    /// <summary>The headers that the transcripts keep; an answer without one of them has none.</summary>
    private static JsonObject Headers(HttpResponseMessage response)
    {
        var result = new JsonObject { ["content-type"] = string.Join(", ", response.Content.Headers.NonValidated["Content-Type"]) };
        if (response.Headers.NonValidated.TryGetValues("Warning", out var warnings))
            result["warning"] = string.Join(", ", warnings);
        return result;
    }

    private static HttpRequestMessage Request(string method, string path, string accept, string? contentType, JsonNode? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is null)
            return request;
        var text = body is JsonValue raw && raw.TryGetValue<string>(out var broken) ? broken : body.ToJsonString();
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return request;
    }

    /// <summary>The transcripts name no tokens; they tell in the notes whose a request was.</summary>
    private void Authorize(HttpRequestMessage request, RecordedStep step)
    {
        if (step.Note.StartsWith("role: ", StringComparison.Ordinal))
            Limited.Rules = [new SandboxRule(step.Note["role: ".Length..].Split(", "), [""], ["events"], "wire")];
        var headers = step.Headers.ToDictionary(header => header.Key, header => header.Value);
        if (headers.TryGetValue("Impersonate-User", out var user))
            request.Headers.Add("Impersonate-User", user);
        var token = step.Note switch
        {
            "no credentials" => null,
            "a wrong token" => "wrong-token",
            _ => headers.ContainsKey("Authorization") ? LimitedToken : AdminToken,
        };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
