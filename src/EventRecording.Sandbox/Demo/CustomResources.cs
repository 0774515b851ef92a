using System.Text.Json.Nodes;

namespace EventRecording.Sandbox.Demo;

/// <summary>The custom resources of the demo: a Redis operator, and the devboxes and terminals of a cloud.</summary>
internal static class CustomResources
{
    public static readonly IReadOnlyList<CustomResource> All =
    [
        new("cache.example.com", "Redis", "redises", "rd", "my-op-redis", """{"replicas": 1}"""),
        new("devbox.example.com", "Devbox", "devboxes", "dbx", "my-devbox", """{"state": "Running"}"""),
        new("terminal.example.com", "Terminal", "terminals", "term", "my-terminal", """{"keepalived": "4h"}"""),
    ];
}

/// <summary>One kind of custom resource, and the one object of it that the demo creates.</summary>
internal sealed record CustomResource(string Group, string Kind, string Plural, string ShortName, string ObjectName, string Spec)
{
    public const string Version = "v1";

    public string ApiVersion => $"{Group}/{Version}";

    public string DefinitionName => $"{Plural}.{Group}";

    public JsonNode Definition => JsonNode.Parse($$"""
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": {"name": "{{DefinitionName}}"},
          "spec": {
            "group": "{{Group}}",
            "scope": "Namespaced",
            "names": {
              "kind": "{{Kind}}",
              "plural": "{{Plural}}",
              "singular": "{{Kind.ToLowerInvariant()}}",
              "shortNames": ["{{ShortName}}"]
            },
            "versions": [
              {
                "name": "{{Version}}",
                "served": true,
                "storage": true,
                "schema": {
                  "openAPIV3Schema": {
                    "type": "object",
                    "x-kubernetes-preserve-unknown-fields": true
                  }
                }
              }
            ]
          }
        }
        """)!;

    public JsonNode Object => JsonNode.Parse($$"""
        {
          "apiVersion": "{{ApiVersion}}",
          "kind": "{{Kind}}",
          "metadata": {"name": "{{ObjectName}}"},
          "spec": {{Spec}}
        }
        """)!;

    public string CollectionPath(string ns) => $"/apis/{ApiVersion}/namespaces/{ns}/{Plural}";
}
