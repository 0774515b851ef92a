using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

/// <summary>Rights beyond those of the transcripts <c>access</c> and <c>rights</c>.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly SandboxUser _reader = new("reader", "reader-token", new SandboxRule(["get", "list", "watch"], [""], ["events"]));
    private readonly KubernetesSandbox _sandbox;
    private readonly HttpClient _client;

    public AccessTests()
    {
        _sandbox = new KubernetesSandbox(new SandboxOptions { Users = [SandboxUser.Administrator("admin-token"), _reader] });
        _client = new HttpClient(_sandbox.CreateHandler()) { BaseAddress = new Uri("http://sandbox/") };
    }

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Theory]
    [InlineData(null, "/version", 200)]
    [InlineData(null, "/readyz", 200)]
    [InlineData(null, "/apis", 403)]
    [InlineData("reader-token", "/apis", 200)]
    [InlineData("reader-token", "/api/v1/events", 200)]
    [InlineData("reader-token", "/api/v1/namespaces/default/events?watch=1&timeoutSeconds=1", 200)]
    [InlineData("reader-token", "/apis/events.k8s.io/v1/events", 403)]
    [InlineData("reader-token", "/api/v1/namespaces", 403)]
    [InlineData("admin-token", "/api/v1/namespaces", 200)]
    [InlineData("wrong-token", "/version", 401)]
    public async Task Who_asks_decides_what_is_answered(string? token, string path, int status)
    {
        using var request = Request(HttpMethod.Get, path, token);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Another_kind_of_credentials_is_not_accepted()
    {
        using var request = Request(HttpMethod.Get, "/version", null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "YWRtaW46YWRtaW4=");
        using var response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_refusal_at_the_cluster_scope_says_so()
    {
        var answer = await AnswerAsync(Request(HttpMethod.Get, "/api/v1/namespaces", "reader-token"));
        Assert.Equal(
            "namespaces is forbidden: User \"reader\" cannot list resource \"namespaces\" in API group \"\" at the cluster scope",
            (string?)answer["message"]);
    }

    [Fact]
    public async Task Rights_can_be_given_and_taken_while_the_sandbox_runs()
    {
        _reader.Rules = [];
        Assert.Equal(403, (int)(await AnswerAsync(Request(HttpMethod.Get, SandboxClient.Events, "reader-token")))["code"]!);
        _reader.Rules = [SandboxRule.Everything];
        Assert.Equal("EventList", (string?)(await AnswerAsync(Request(HttpMethod.Get, SandboxClient.Events, "reader-token")))["kind"]);
    }

    [Fact]
    public async Task Only_who_may_impersonate_can_ask_as_somebody_else()
    {
        using var refused = Request(HttpMethod.Get, SandboxClient.Events, "reader-token");
        refused.Headers.Add("Impersonate-User", "system:admin");
        Assert.Equal(403, (int)(await AnswerAsync(refused))["code"]!);
        using var allowed = Request(HttpMethod.Get, SandboxClient.Events, "admin-token");
        allowed.Headers.Add("Impersonate-User", "reader");
        Assert.Equal("EventList", (string?)(await AnswerAsync(allowed))["kind"]);
    }

    [Fact]
    public async Task Everybody_may_ask_what_he_may_do()
    {
        const string Review = """{ "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": { "namespace": "default" } }""";
        using var request = Request(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "reader-token");
        request.Content = new StringContent(Review, Encoding.UTF8, "application/json");
        var answer = await AnswerAsync(request);
        Assert.Equal(
            """[{"verbs":["get","list","watch"],"apiGroups":[""],"resources":["events"]}]""",
            answer["status"]!["resourceRules"]!.ToJsonString());
    }

    private async Task<JsonNode> AnswerAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? token)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }
}
