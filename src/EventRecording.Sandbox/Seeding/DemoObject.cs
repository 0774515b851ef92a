using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>A custom resource of the demo and the one object of it: a Redis operator's, and the devboxes and terminals of a cloud.</summary>
internal sealed record DemoObject(ObjectKind Kind, string Name, string Spec)
{
    public static readonly IReadOnlyList<DemoObject> All =
    [
        new(new ObjectKind("cache.example.com", "Redis", "rd"), "my-op-redis", """{"replicas": 1}"""),
        new(new ObjectKind("devbox.example.com", "Devbox", "dbx"), "my-devbox", """{"state": "Running"}"""),
        new(new ObjectKind("terminal.example.com", "Terminal", "term"), "my-terminal", """{"keepalived": "4h"}"""),
    ];

    public JsonObject Source => new()
    {
        ["apiVersion"] = Kind.ApiVersion,
        ["kind"] = Kind.Kind,
        ["metadata"] = new JsonObject { ["name"] = Name },
        ["spec"] = JsonNode.Parse(Spec),
    };
}
