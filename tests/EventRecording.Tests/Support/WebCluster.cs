using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>A Deployment in the namespace shop with all that a pod needs: node, claim, volume, config map, secrets; and an event about each.</summary>
internal static class WebCluster
{
    public const string Condition = """{"type":"Ready","status":"False","lastTransitionTime":"2026-11-20T14:05:30Z","reason":"ContainersNotReady","message":"web is not ready"}""";

    public static readonly ObjectReference Pod = Reference("v1", "Pod", "web-0");

    public static ObjectReference Reference(string apiVersion, string kind, string name, string? ns = "shop") =>
        new() { ApiVersion = apiVersion, Kind = kind, Namespace = ns, Name = name, Uid = $"uid-{kind}-{name}" };

    public static KubernetesSandbox Fill(KubernetesSandbox sandbox)
    {
        sandbox.CreateNamespace("shop");
        Add(sandbox, "apps/v1", "Deployment", "web", status: """{"conditions":[{"type":"Available","status":"False","lastTransitionTime":"2026-11-20T14:06:00Z"},{"type":"NoTime","status":"True"}]}""");
        Add(sandbox, "apps/v1", "ReplicaSet", "web-1", "Deployment", "web");
        Add(sandbox, "v1", "Pod", "web-0", "ReplicaSet", "web-1", Spec, $$"""{"conditions":[{{Condition}}]}""");
        Add(sandbox, "v1", "Pod", "sibling", "ReplicaSet", "web-1");
        Add(sandbox, "example.com/v1", "Sidecar", "of-web-0", "Pod", "web-0");
        Add(sandbox, "v1", "Node", "node-1", status: """{"conditions":[{"type":"DiskPressure","status":"True","lastTransitionTime":"2026-11-20T14:04:00Z"}]}""", ns: null);
        Add(sandbox, "v1", "PersistentVolumeClaim", "data", spec: """{"volumeName":"pv-1"}""");
        Add(sandbox, "v1", "PersistentVolume", "pv-1", ns: null);
        Add(sandbox, "v1", "Secret", "password", spec: """{"data":"c2VjcmV0"}""");
        Add(sandbox, "v1", "ConfigMap", "settings");
        return sandbox;
    }

    /// <summary>An event about an object, a minute past two.</summary>
    public static void AddEvent(KubernetesSandbox sandbox, ObjectReference regarding, string reason, string time = "2026-11-20T14:01:00Z", string? eventNamespace = null)
    {
        var ns = eventNamespace ?? regarding.Namespace ?? "default";
        var place = regarding.Namespace is null ? "" : $"\"namespace\": \"{regarding.Namespace}\",";
        sandbox.Put($$"""
            {
              "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{regarding.Name}}.{{reason}}", "namespace": "{{ns}}" },
              "involvedObject": { "apiVersion": "{{regarding.ApiVersion}}", "kind": "{{regarding.Kind}}", {{place}} "name": "{{regarding.Name}}", "uid": "{{regarding.Uid}}" },
              "type": "Warning", "reason": "{{reason}}", "message": "", "firstTimestamp": "{{time}}", "lastTimestamp": "{{time}}", "count": 1
            }
            """);
    }

    private const string Spec = """
        {
          "nodeName": "node-1",
          "imagePullSecrets": [{ "name": "registry" }],
          "volumes": [
            { "name": "data", "persistentVolumeClaim": { "claimName": "data" } },
            { "name": "scratch", "ephemeral": { "volumeClaimTemplate": {} } },
            { "name": "settings", "configMap": { "name": "settings" } },
            { "name": "both", "projected": { "sources": [{ "secret": { "name": "projected" } }, { "configMap": { "name": "settings" } }, { "downwardAPI": {} }] } },
            { "name": "tls", "secret": { "secretName": "tls" } }
          ],
          "containers": [
            {
              "name": "web",
              "envFrom": [{ "configMapRef": { "name": "env" } }, { "secretRef": { "name": "env" } }],
              "env": [{ "name": "P", "valueFrom": { "secretKeyRef": { "name": "password", "key": "p" } } }, { "name": "Q", "value": "q" }]
            }
          ]
        }
        """;

    private static void Add(
        KubernetesSandbox sandbox, string apiVersion, string kind, string name, string? ownerKind = null, string? owner = null, string spec = "{}", string status = "{}", string? ns = "shop") => sandbox.Add($$"""
        {
          "apiVersion": "{{apiVersion}}", "kind": "{{kind}}",
          "metadata": {
            "name": "{{name}}", "uid": "uid-{{kind}}-{{name}}"{{(ns is null ? "" : $", \"namespace\": \"{ns}\"")}},
            "ownerReferences": [{{(owner is null ? "" : $$"""{ "apiVersion": "{{(ownerKind == "Pod" ? "v1" : "apps/v1")}}", "kind": "{{ownerKind}}", "name": "{{owner}}", "uid": "uid-{{ownerKind}}-{{owner}}" }""")}}]
          },
          "spec": {{spec}}, "status": {{status}}
        }
        """);
}
