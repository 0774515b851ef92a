using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

/// <summary>Where newer servers differ from the recorded one: Wire/README.md.</summary>
public sealed class RulesOfNewerServersTests
{
    [Theory]
    [InlineData(KubernetesRules.Current, HttpStatusCode.UnprocessableEntity)]
    [InlineData(KubernetesRules.V1_20, HttpStatusCode.OK)]
    public async Task Through_the_newer_group_only_the_series_and_the_metadata_change(KubernetesRules rules, HttpStatusCode expected)
    {
        await using var sandbox = new KubernetesSandbox(new SandboxOptions { Rules = rules });
        using var client = InProcess(sandbox);
        await client.SendAsync("POST", EventsV1, EventV1("a.1"));
        const string Series = """{"series":{"count":2,"lastObservedTime":"2026-11-20T12:01:06.000000Z"},"metadata":{"annotations":{"a":"b"}}}""";
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("PATCH", EventsV1 + "/a.1", Series, MergePatch)).Status);
        var (status, answer) = await client.SendAsync("PATCH", EventsV1 + "/a.1", """{"note":"changed"}""", MergePatch);
        Assert.Equal(expected, status);
        if (rules == KubernetesRules.Current)
            Assert.Equal("""Event "a.1" is invalid: message: Invalid value: "changed": field is immutable""", (string?)answer["message"]);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync("PATCH", Events + "/a.1", """{"message":"changed"}""", MergePatch)).Status);
    }

    [Theory]
    [InlineData(KubernetesRules.Current, "default", HttpStatusCode.Created)]
    [InlineData(KubernetesRules.Current, "kube-system", HttpStatusCode.Created)]
    [InlineData(KubernetesRules.Current, "kube-public", HttpStatusCode.UnprocessableEntity)]
    [InlineData(KubernetesRules.V1_20, "default", HttpStatusCode.UnprocessableEntity)]
    [InlineData(KubernetesRules.V1_20, "kube-system", HttpStatusCode.Created)]
    public async Task An_event_with_a_time_about_a_cluster_scoped_object_stands_in_its_place(KubernetesRules rules, string space, HttpStatusCode expected)
    {
        await using var sandbox = new KubernetesSandbox(new SandboxOptions { Rules = rules });
        using var client = InProcess(sandbox);
        var source = JsonNode.Parse(EventV1("a.1"))!;
        source["metadata"]!["namespace"] = space;
        source["regarding"]!.AsObject().Remove("namespace");
        var (status, _) = await client.SendAsync("POST", $"/apis/events.k8s.io/v1/namespaces/{space}/events", source.ToJsonString());
        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("Warn", HttpStatusCode.Created, true)]
    [InlineData("Ignore", HttpStatusCode.Created, false)]
    [InlineData("Strict", HttpStatusCode.BadRequest, false)]
    public async Task Unknown_fields_are_warned_of_ignored_or_refused(string validation, HttpStatusCode expected, bool warned)
    {
        await using var sandbox = new KubernetesSandbox();
        using var client = InProcess(sandbox);
        var body = Event("a.1", extra: """, "unknown": 1""");
        using var response = await client.SendRawAsync("POST", $"{Events}?fieldValidation={validation}", body);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(warned, response.Headers.NonValidated.Contains("Warning"));
    }

    [Theory]
    [InlineData("2026-11-20T12:00:00.123456Z", "2026-11-20T12:00:00.123456Z")]
    [InlineData("2026-11-20T13:00:00.123456+01:00", "2026-11-20T12:00:00.123456Z")]
    [InlineData("2026-11-20T12:00:00Z", null)]
    [InlineData("2026-11-20T12:00:00.123Z", null)]
    [InlineData("2026-11-20T12:00:00.1234567Z", null)]
    [InlineData("noon", null)]
    public async Task An_event_time_has_exactly_six_digits(string sent, string? stored)
    {
        await using var sandbox = new KubernetesSandbox();
        using var client = InProcess(sandbox);
        var (status, answer) = await client.SendAsync("POST", EventsV1, EventV1("a.1").Replace("2026-11-20T12:00:00.123456Z", sent, StringComparison.Ordinal));
        Assert.Equal(stored is null ? HttpStatusCode.BadRequest : HttpStatusCode.Created, status);
        Assert.Equal(stored, (string?)answer["eventTime"]);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_becomes_a_replacement_character_and_the_last_of_two_fields_wins()
    {
        await using var sandbox = new KubernetesSandbox();
        using var client = InProcess(sandbox);
        var (status, answer) = await client.SendAsync("POST", Events, Event("a.1", extra: """, "action": "a", "action": "\ud83d half \ud83d\ude00" """));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("\uFFFD half 😀", (string?)answer["action"]);
    }

    [Theory]
    [InlineData("PATCH", EventsV1 + "/a.1", """{"series":{"count":1,"lastObservedTime":null}}""", 422, """Event "a.1" is invalid: [series.count: Invalid value: "": should be at least 2, series.lastObservedTime: Required value]""")]
    [InlineData("PATCH", EventsV1 + "/a.1", """{"series":{"count":1},"reason":"Other"}""", 422, """Event "a.1" is invalid: [series.count: Invalid value: "": should be at least 2, series.lastObservedTime: Required value, reason: Invalid value: "Other": field is immutable]""")]
    [InlineData("PATCH", Events + "/a.1", """{"series":{"count":1,"lastObservedTime":null}}""", 200, null)]
    [InlineData("PATCH", Events + "/a.1", """{"metadata":{"uid":"zz"}}""", 422, """Event "a.1" is invalid: metadata.uid: Invalid value: "zz": field is immutable""")]
    [InlineData("PATCH", Events + "/a.1", """{"metadata":{"ownerReferences":[{"kind":"x"}]}}""", 422, """Event "a.1" is invalid: [metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty, metadata.ownerReferences.name: Invalid value: "": must not be empty, metadata.ownerReferences.uid: Invalid value: "": must not be empty]""")]
    [InlineData("PATCH", Events + "/a.1", """{"metadata":{"ownerReferences":[{"apiVersion":"a/b/c","kind":"x","name":"n","uid":"u"}]}}""", 422, """Event "a.1" is invalid: metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty""")]
    [InlineData("PATCH", Events + "/a.1", """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"x","name":"n","uid":"u"}]}}""", 200, null)]
    [InlineData("PATCH", Events + "/a.1?fieldValidation=Foo", "{}", 422, "PatchOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Foo\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"")]
    [InlineData("PUT", Events + "/a.1?dryRun=x", null, 422, "UpdateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"x\"]: supported values: \"All\"")]
    [InlineData("POST", Events + "?dryRun=x", null, 422, "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"x\"]: supported values: \"All\"")]
    [InlineData("POST", Events, "null", 422, """Event "" is invalid: metadata.name: Required value: name or generateName is required""")]
    [InlineData("DELETE", Events + "/a.1?dryRun=x", null, 422, "DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"x\"]: supported values: \"All\"")]
    [InlineData("DELETE", Events + "/a.1", """{"preconditions":{"uid":"x"}}""", 409, """Operation cannot be fulfilled on Event "a.1": the UID in the precondition (x) does not match the UID in record (uid-1). The object might have been deleted and then recreated""")]
    [InlineData("DELETE", Events + "/a.1", """{"preconditions":{"resourceVersion":"1"}}""", 409, """Operation cannot be fulfilled on Event "a.1": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record ({0}). The object might have been modified""")]
    [InlineData("GET", Events + "?resourceVersion=abc", null, 400, """invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax""")]
    [InlineData("GET", Events + "?watch=1&resourceVersion=abc", null, 500, """resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax""")]
    [InlineData("GET", Events + "?watch=1&continue=x", null, 422, """ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided""")]
    public async Task What_is_wrong_is_refused_in_the_words_of_the_server(string method, string path, string? body, int code, string? message)
    {
        await using var sandbox = new KubernetesSandbox();
        using var client = InProcess(sandbox);
        sandbox.Put(EventV1("a.1").Replace("\"name\": \"a.1\"", "\"name\": \"a.1\", \"uid\": \"uid-1\"", StringComparison.Ordinal));
        if (body is null && method is "POST" or "PUT")
            body = Event("a.1");
        var (status, answer) = await client.SendAsync(method, path, body, method == "PATCH" ? MergePatch : "application/json");
        Assert.Equal((code, message?.Replace("{0}", $"{sandbox.ResourceVersion}", StringComparison.Ordinal)), ((int)status, (string?)answer["message"] is var said && message is null ? null : said));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task A_watch_from_no_version_says_where_what_is_there_ends(string from)
    {
        await using var sandbox = new KubernetesSandbox();
        using var client = InProcess(sandbox);
        sandbox.Put(Event("a.1"));
        using var watch = await client.WatchAsync($"{Events}?watch=1&allowWatchBookmarks=true{from}");
        var frames = new[] { JsonNode.Parse((await watch.ReadLineAsync())!)!, JsonNode.Parse((await watch.ReadLineAsync())!)! };
        Assert.Equal(["ADDED", "BOOKMARK"], frames.Select(frame => (string?)frame["type"]));
        Assert.Equal("true", (string?)frames[1]["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
    }

    [Fact]
    public async Task What_is_not_served_is_not_offered()
    {
        await using var sandbox = new KubernetesSandbox();
        using var client = InProcess(sandbox);
        var (status, answer) = await client.SendAsync("GET", Events, accept: "application/yaml");
        Assert.Equal(HttpStatusCode.NotAcceptable, status);
        Assert.Equal("406: Not Acceptable\n\nAvailable representations: application/json, application/json;stream=watch", (string?)answer["message"]);
    }

    [Fact]
    public async Task A_namespace_is_emptied_and_gone_with_its_deletion_unless_it_is_held()
    {
        await using var sandbox = new KubernetesSandbox(new SandboxOptions { HoldTerminatingNamespaces = true });
        using var client = InProcess(sandbox);
        sandbox.CreateNamespace("ending");
        sandbox.Put(Event("a.1", space: "ending"));
        var (_, terminating) = await client.SendAsync("DELETE", "/api/v1/namespaces/ending");
        Assert.Equal("Terminating", (string?)terminating["status"]!["phase"]);
        Assert.Single((await client.GetAsync("/api/v1/namespaces/ending/events"))["items"]!.AsArray());
        sandbox.FinishNamespace("ending");
        Assert.Empty((await client.GetAsync("/api/v1/events"))["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync("GET", "/api/v1/namespaces/ending")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync("DELETE", "/api/v1/namespaces/default")).Status);
    }
}
