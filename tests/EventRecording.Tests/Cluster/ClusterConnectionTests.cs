using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public class ClusterConnectionTests
{
    [Theory]
    [InlineData("https://h:6443", "https://h:6443/api")]
    [InlineData("https://h:6443/", "https://h:6443/api")]
    [InlineData("https://h/k8s/clusters/c-1", "https://h/k8s/clusters/c-1/api")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/api")]
    public async Task The_path_is_put_behind_the_address_of_the_server(string server, string expected)
    {
        Uri? asked = null;
        using var handler = new InlineHandler(request => (asked = request.RequestUri, FakeHandler.Json("{}")).Item2);
        using var connection = Clusters.Over(handler, Clusters.Configuration with { Server = new Uri(server) });
        await connection.RequestAsync(HttpMethod.Get, "/api");
        Assert.Equal(expected, asked?.AbsoluteUri);
    }

    [Theory]
    [InlineData("ftp://h")]
    [InlineData("https://user:secret@h")]
    [InlineData("https://h?x=secret")]
    public void An_address_that_is_none_of_an_API_server_is_an_error(string server)
    {
        var error = Assert.Throws<ClusterConfigurationException>(() => Clusters.Over(new FakeHandler(), Clusters.Configuration with { Server = new Uri(server) }));
        Assert.Contains("context 'prod' of /home/me/.kube/config", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_right_is_explained_with_the_rule_to_add()
    {
        using var handler = new FakeHandler(FakeHandler.Json(Transcript.Body(Transcript.V1_20, "rights", 3).GetRawText(), HttpStatusCode.Forbidden));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(
            """
            The API server answered 403 Forbidden: events.events.k8s.io is forbidden: User "limited-user" cannot create resource "events" in API group "events.k8s.io" in the namespace "wire".
            User "limited-user" may not create events of the API group "events.k8s.io" in the namespace wire. A Role of that namespace, or a ClusterRole, bound to this user needs the rule:
            - {apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create"]}
            Check with: kubectl auth can-i create events.events.k8s.io --namespace wire
            """.ReplaceLineEndings("\n"),
            error.Message);
    }

    [Fact]
    public void A_credential_that_is_not_taken_says_what_to_do() => Assert.Equal(
        "The API server answered 401 Unauthorized: Unauthorized. The credential has expired, was revoked, or belongs to another cluster: log in again.",
        new KubernetesApiException(new KubernetesStatus { Code = 401, Reason = "Unauthorized", Message = "Unauthorized" }).Message);

    [Theory]
    [InlineData("http://cluster.example.com", null, "The API server http://cluster.example.com/ (context 'prod' of /home/me/.kube/config) answered 401 Unauthorized: no credential was sent. Over http:// that of a kubeconfig's user never is, since all could read it.")]
    [InlineData("https://cluster.example.com", null, "The API server https://cluster.example.com/ (context 'prod' of /home/me/.kube/config) answered 401 Unauthorized: no credential was sent. Its user has no token, client certificate or exec plugin.")]
    [InlineData("https://cluster.example.com", "token", "The API server answered 401 Unauthorized: Unauthorized. The credential has expired, was revoked, or belongs to another cluster: log in again.")]
    public async Task A_credential_that_was_not_sent_has_not_expired(string server, string? token, string message)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("""{"kind":"Status","code":401,"reason":"Unauthorized","message":"Unauthorized"}""", HttpStatusCode.Unauthorized));
        using var connection = Clusters.Over(handler, Clusters.Configuration with { Server = new Uri(server), Token = token });
        Assert.Equal(message, (await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"))).Message);
    }

    [Theory]
    [InlineData(500, "InternalError", "", "The API server answered 500 InternalError.")]
    [InlineData(500, "", "boom", "The API server answered 500: boom")]
    [InlineData(0, "", "", "The API server answered with an error.")]
    [InlineData(0, "", "boom", "The API server answered with an error: boom")]
    [InlineData(401, "", "", "The API server answered 401. The credential has expired, was revoked, or belongs to another cluster: log in again.")]
    public void What_the_server_did_not_say_is_left_out(int code, string reason, string said, string message) =>
        Assert.Equal(message, new KubernetesApiException(new KubernetesStatus { Code = code, Reason = reason, Message = said }).Message);

    [Theory]
    [InlineData("<html><head><style>p{}</style><title>502 Bad Gateway</title></head>\n<body>nginx\u001b[31m</body></html>", "text/html", "502 Bad Gateway nginx^[[31m")]
    [InlineData("upstream\r\nfailed", "text/plain", "upstream failed")]
    [InlineData("", "text/plain", "Bad Gateway")]
    [InlineData("{\"error\":\"x\"}", "application/json", "{\"error\":\"x\"}")]
    public async Task An_answer_that_is_no_Status_is_shown_short_on_one_line_and_without_control_characters(string body, string mediaType, string expected)
    {
        using var handler = new FakeHandler(FakeHandler.Text(body, HttpStatusCode.BadGateway, mediaType));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal((502, $"{expected}, from {Clusters.Configuration}"), (error.Status.Code, error.Status.Message));
    }

    [Fact]
    public async Task A_path_that_leads_nowhere_is_an_error_that_names_the_server_and_its_context_once()
    {
        var server = new DiscoveryServer().Add("v1", "pods", "Pod");
        using var handler = new FakeHandler(request => request.PathAndQuery.EndsWith("/pods/a", StringComparison.Ordinal) ? FakeHandler.Text("404 page not found", HttpStatusCode.NotFound) : server.Answer(request));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => new ResourceMapper(connection).GetObjectAsync("pod/a", "default"));
        Assert.Equal($"The API server answered 404 NotFound: 404 page not found, from {Clusters.Configuration}", error.Message);
    }

    [Fact]
    public async Task What_the_server_explains_itself_is_left_as_it_is()
    {
        using var handler = new FakeHandler(FakeHandler.Json("""{"kind":"Status","code":500,"message":"etcd is slow"}""", HttpStatusCode.InternalServerError));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal("etcd is slow", error.Status.Message);
    }

    [Fact]
    public async Task An_endless_error_page_is_cut()
    {
        using var handler = new FakeHandler(FakeHandler.Text(new string('x', 10_000_000), HttpStatusCode.BadGateway));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.InRange(error.Status.Message.Length, 100, 500);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_only_its_host_is_named()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.Found);
        answer.Headers.Location = new Uri("https://login.example.com/path?token=secret");
        using var handler = new FakeHandler(answer);
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Single(handler.Requests);
        Assert.Equal(302, error.Status.Code);
        Assert.Equal($"The API server answered 302 Redirect: it redirects to login.example.com, and redirects are not followed; is the server's address right? It is {Clusters.Configuration}", error.Message);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Fri, 20 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Fri, 20 Nov 2026 11:00:00 GMT", 0)]
    [InlineData(null, 3)]
    public async Task Retry_After_is_seconds_or_a_date_and_else_stands_in_the_body(string? header, int expected)
    {
        var answer = FakeHandler.Json("""{"kind":"Status","code":429,"reason":"TooManyRequests","details":{"retryAfterSeconds":3}}""", HttpStatusCode.TooManyRequests);
        if (header is not null)
            answer.Headers.RetryAfter = RetryConditionHeaderValue.Parse(header);
        using var handler = new FakeHandler(answer);
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Post, "/"));
        Assert.Equal(TimeSpan.FromSeconds(expected), error.Status.RetryAfter);
    }

    [Fact]
    public async Task A_date_to_retry_after_counts_from_the_servers_own_clock()
    {
        var answer = FakeHandler.Text("slow down", HttpStatusCode.TooManyRequests);
        answer.Headers.Date = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(new DateTimeOffset(2030, 1, 1, 0, 0, 5, TimeSpan.Zero));
        using var handler = new FakeHandler(answer);
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Post, "/"));
        Assert.Equal((TimeSpan.FromSeconds(5), "TooManyRequests"), (error.Status.RetryAfter, error.Status.Reason));
    }

    [Theory]
    [InlineData(4, 0, "")]
    [InlineData(6, 1, "6 minutes behind")]
    [InlineData(-6, 1, "6 minutes ahead of")]
    public async Task A_clock_that_is_more_than_5_minutes_off_is_warned_of_once(int minutes, int warnings, string expected)
    {
        using var handler = new FakeHandler(_ =>
        {
            var answer = FakeHandler.Json("{}");
            answer.Headers.Date = new FakeTimeProvider().GetUtcNow() + TimeSpan.FromMinutes(minutes);
            return answer;
        });
        using var connection = Clusters.Over(handler, time: new FakeTimeProvider());
        var told = new List<string>();
        connection.WarningReceived += (_, text) => told.Add(text);
        await connection.RequestAsync(HttpMethod.Get, "/");
        await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Equal(warnings, told.Count);
        Assert.All(told, text => Assert.Contains(expected, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_warning_of_the_server_is_told_once()
    {
        using var handler = new FakeHandler(_ =>
        {
            var answer = FakeHandler.Json("{}");
            answer.Headers.TryAddWithoutValidation("Warning", ["299 - \"v1beta1 \\\"Event\\\" is deprecated\"", "199 - \"other\"", "299 - \"\u001b[31mred\"", "nonsense"]);
            return answer;
        });
        using var connection = Clusters.Over(handler);
        var warnings = new List<string>();
        connection.WarningReceived += (_, text) => warnings.Add(text);
        await connection.RequestAsync(HttpMethod.Get, "/");
        await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Equal(["v1beta1 \"Event\" is deprecated", "^[[31mred"], warnings);
    }

    [Fact]
    public async Task A_resource_that_nobody_asked_for_is_not_warned_of_until_somebody_does()
    {
        using var handler = new FakeHandler(_ =>
        {
            var answer = FakeHandler.Json("""{"kind":"EventList","items":[]}""");
            answer.Headers.TryAddWithoutValidation("Warning", "299 - \"v1 Endpoints is deprecated\"");
            return answer;
        });
        using var connection = Clusters.Over(handler);
        var warnings = new List<string>();
        connection.WarningReceived += (_, text) => warnings.Add(text);
        var endpoints = new ApiResource("", "v1", "endpoints", "endpoints", "Endpoints", IsNamespaced: true, ["ep"]);
        Assert.Empty(await new ResourceMapper(connection).GetNamesAsync(endpoints, "wire", 10));
        Assert.Empty(warnings);
        await connection.RequestAsync(HttpMethod.Get, "/api/v1/endpoints");
        Assert.Equal(["v1 Endpoints is deprecated"], warnings);
    }

    [Fact]
    public async Task A_listener_that_throws_makes_no_error_of_an_answer()
    {
        using var handler = new FakeHandler(_ =>
        {
            var answer = FakeHandler.Json("{}");
            answer.Headers.Date = new FakeTimeProvider().GetUtcNow() + TimeSpan.FromHours(1);
            answer.Headers.TryAddWithoutValidation("Warning", "299 - \"deprecated\"");
            return answer;
        });
        using var connection = Clusters.Over(handler, Clusters.Configuration with { InsecureSkipTlsVerify = true }, new FakeTimeProvider());
        var told = 0;
        connection.WarningReceived += (_, _) => throw new InvalidOperationException($"log {++told} is full");
        await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Equal(3, told);
    }

    [Theory]
    [InlineData("")]
    [InlineData("api/v1")]
    [InlineData("@evil.example.com/api")]
    [InlineData(":8443/api")]
    [InlineData(".evil.example.com/api")]
    public async Task A_path_cannot_name_another_host(string path)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("{}"));
        using var connection = Clusters.Over(handler);
        var error = await Assert.ThrowsAsync<ArgumentException>(() => connection.RequestAsync(HttpMethod.Get, path));
        Assert.Contains($"'{path}' must begin with a slash", error.Message, StringComparison.Ordinal);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Skipping_the_check_of_the_certificate_is_warned_of_once()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("{}"));
        using var connection = Clusters.Over(handler, Clusters.Configuration with { InsecureSkipTlsVerify = true });
        var warnings = new List<string>();
        connection.WarningReceived += (_, text) => warnings.Add(text);
        await connection.RequestAsync(HttpMethod.Get, "/");
        await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Contains("insecure-skip-tls-verify", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_in_time_is_an_error_that_names_the_server_and_its_context()
    {
        var time = new FakeTimeProvider();
        using var handler = new InlineHandler(_ => new HttpResponseMessage { Content = new StreamContent(new SilentStream("{"u8.ToArray())) });
        using var connection = Clusters.Over(handler, time: time);
        var request = connection.RequestAsync(HttpMethod.Get, "/");
        time.Advance(TimeSpan.FromSeconds(30));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => request);
        Assert.Equal(ClusterConnectionFailure.Timeout, error.Failure);
        Assert.False(error.WasNotSent);
        Assert.Equal("No answer from https://cluster.example.com:6443/ (context 'prod' of /home/me/.kube/config) within 30 s.", error.Message);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task A_cancelled_request_is_cancelled_and_no_timeout()
    {
        using var cancellation = new CancellationTokenSource();
        using var handler = new InlineHandler(_ => new HttpResponseMessage { Content = new StreamContent(new SilentStream([])) });
        using var connection = Clusters.Over(handler);
        var request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task A_body_is_sent_as_JSON_and_as_a_merge_patch_with_PATCH()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("""{"kind":"Redis"}"""));
        using var connection = Clusters.Over(handler);
        var created = await connection.RequestAsync(HttpMethod.Post, "/x", new JsonObject { ["a"] = 1 });
        await connection.RequestAsync(HttpMethod.Patch, "/x", new JsonObject());
        Assert.Equal("Redis", (string?)created["kind"]);
        Assert.Equal([("{\"a\":1}", "application/json"), ("{}", "application/merge-patch+json")], handler.Requests.Select(request => (request.Body!, request.ContentType!)));
    }

    private sealed class InlineHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
