using System.Text.Json.Nodes;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>Makes the state in which the transcripts were recorded, as far as they do not make it themselves.</summary>
internal static class RecordedState
{
    private const string Events = "/api/v1/namespaces/wire/events";

    /// <summary>The definitions, namespaces and objects that every scenario takes for given.</summary>
    public static async Task SetUpAsync(ReplaySession session, Recording recording)
    {
        JsonObject[] definitions =
            [Definition("cache", "Redis", "redises", "rd", true), Definition("cache", "Fleet", "fleets", "fl", false), WithStatus()];
        foreach (var definition in definitions)
            await session.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
        session.Sandbox.CreateNamespace("bench");
        session.Sandbox.CreateNamespace("wire");
        await CreateOtherEventAsync(session, recording.Version);
        var redis = Object("Redis", "my-op-redis");
        redis["spec"] = new JsonObject { ["replicas"] = 3 };
        Bind(session, recording, await session.SendAsync("POST", "/apis/cache.example.com/v1/namespaces/wire/redises", redis));
        Bind(session, recording, await session.SendAsync("POST", "/apis/cache.example.com/v1/fleets", Object("Fleet", "europe")));
    }

    /// <summary>What the recorder did between the recorded requests of a scenario.</summary>
    public static Task PrepareAsync(ReplaySession session, string version, string scenario) => scenario switch
    {
        "list" => CreatePagedAsync(session, version),
        "watch" => ActAsync(session, version),
        "delete" => CreateDeletedAsync(session, version),
        "terminating" => CreateEndingAsync(session, version),
        "stale" => CompactAsync(session, version),
        _ => Task.CompletedTask,
    };

    /// <summary>Says that an object is the one to which the recorded events refer, on either server.</summary>
    private static void Bind(ReplaySession session, Recording recording, JsonNode created)
    {
        var (uid, current) = ((string)created["metadata"]!["uid"]!, (string)created["metadata"]!["resourceVersion"]!);
        foreach (var (version, scenario) in recording.Sources)
        {
            if (Reference(version, scenario, (string)created["metadata"]!["name"]!) is not { } recorded)
                continue;
            if (version == recording.Version)
                Assert.True(session.Names.BindText(recorded.Uid, uid) && session.Names.BindVersion(recorded.Version, current));
            else
                session.Names.Alias(recorded, (uid, current));
        }
    }

    private static (string Uid, string Version)? Reference(string version, string scenario, string name) => RecordedStep.Read(version, scenario)
        .Select(step => step.RequestBody as JsonObject)
        .SelectMany(body => new[] { body?["involvedObject"], body?["regarding"] })
        .Where(reference => (string?)reference?["name"] == name)
        .Select(reference => ((string Uid, string Version)?)((string)reference!["uid"]!, (string)reference["resourceVersion"]!))
        .FirstOrDefault();

    /// <summary>The recorded servers held events of a benchmark too; the transcript of lists shows the first of them.</summary>
    private static async Task CreateOtherEventAsync(ReplaySession session, string version)
    {
        var list = RecordedStep.Read(version, "list").Single(step => step.Path == "/api/v1/events?limit=1");
        var other = list.Response["body"]!["items"]![0]!.DeepClone();
        var metadata = other["metadata"]!.AsObject();
        foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp", "managedFields" })
            metadata.Remove(field);
        await session.SendAsync("POST", "/api/v1/namespaces/bench/events", other);
    }

    private static async Task CreatePagedAsync(ReplaySession session, string version)
    {
        for (var i = 0; i < 7; i++)
        {
            var paged = Event(session, version, $"l.{i}", "Paged", i % 2 == 0 ? "Normal" : "Warning");
            paged["source"] = new JsonObject { ["component"] = $"c{i % 2}" };
            paged["reportingComponent"] = $"c{i % 2}";
            await session.SendAsync("POST", Events, paged);
        }
    }

    private static async Task ActAsync(ReplaySession session, string version)
    {
        await session.SendAsync("POST", Events, Event(session, version, "w.1"));
        await PatchAsync("w.1", new JsonObject { ["count"] = 2 });
        await session.SendAsync("POST", Events, Event(session, version, "w.2", type: "Warning"));
        await PatchAsync("w.2", new JsonObject { ["type"] = "Normal" });
        await session.SendAsync("DELETE", Events + "/w.1");

        Task<JsonNode> PatchAsync(string name, JsonNode patch) =>
            session.SendAsync("PATCH", $"{Events}/{name}", patch, SandboxClient.MergePatch);
    }

    private static async Task CreateDeletedAsync(ReplaySession session, string version)
    {
        await session.SendAsync("POST", Events, Event(session, version, "d.1"));
        await session.SendAsync("POST", Events, Event(session, version, "d.2", "Gone"));
    }

    private static Task CreateEndingAsync(ReplaySession session, string version)
    {
        session.Sandbox.CreateNamespace(RecordedStep.Read(version, "terminating")[0].Path.Split('/')[^1]);
        return Task.CompletedTask;
    }

    private static async Task CompactAsync(ReplaySession session, string version)
    {
        var recorded = RecordedStep.Read(version, "stale");
        await session.SendAsync("POST", Events, Event(session, version, "q"));
        var watched = recorded[0].Path.Split("resourceVersion=")[1].Split('&')[0];
        Assert.True(session.Names.BindVersion(watched, $"{session.Sandbox.ResourceVersion}"));
        for (var i = 0; i < 6; i++)
            await session.SendAsync("POST", Events, Event(session, version, $"q.{i}"));
        var page = await session.SendAsync("GET", Events + "?limit=2");
        Assert.True(session.Names.BindVersion(TokenVersion(recorded[2].Path), (string)page["metadata"]!["resourceVersion"]!));
        await session.SendAsync("POST", Events, Event(session, version, "q.6"));
        await session.SendAsync("POST", Events, Event(session, version, "q.7"));
        session.Sandbox.Compact();
    }

    private static string TokenVersion(string path)
    {
        var token = path.Split("continue=")[1];
        var json = Convert.FromBase64String(token.PadRight((token.Length + 3) / 4 * 4, '='));
        return JsonNode.Parse(json)!["rv"]!.ToString();
    }

    private static JsonNode Event(ReplaySession session, string version, string name, string reason = "ScaledUp", string type = "Normal")
    {
        var result = session.Names.Body(RecordedStep.Read(version, "patch")[0].RequestBody)!;
        result["metadata"]!["name"] = name;
        result["reason"] = reason;
        result["type"] = type;
        return result;
    }

    private static JsonObject Object(string kind, string name) => new()
    {
        ["apiVersion"] = "cache.example.com/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
    };

    private static JsonObject Definition(string group, string kind, string plural, string shortName, bool namespaced) => JsonNode.Parse($$"""
        {
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "{{plural}}.{{group}}.example.com" },
          "spec": {
            "group": "{{group}}.example.com", "scope": "{{(namespaced ? "Namespaced" : "Cluster")}}",
            "names": { "plural": "{{plural}}", "kind": "{{kind}}", "shortNames": ["{{shortName}}"] },
            "versions": [{ "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object" } } }]
          }
        }
        """)!.AsObject();

    private static JsonObject WithStatus()
    {
        var definition = Definition("myapp", "Redis", "redis", "", true);
        definition["spec"]!["names"]!.AsObject().Remove("shortNames");
        definition["spec"]!["versions"]![0]!["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        return definition;
    }
}
