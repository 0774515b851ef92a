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
