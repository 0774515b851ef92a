using System.Globalization;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>What an object says about others and about itself. What is missing or of another type is passed over.</summary>
/// <param name="Regarding">The object.</param>
/// <param name="Owners">Its owners, in its namespace.</param>
/// <param name="Named">Its claim or claims, node, volume, config maps and secrets: what it names, of whatever kind it is.</param>
/// <param name="Conditions">The latest transition of each condition that says when it was.</param>
internal sealed record ObjectBody(
    ObjectReference Regarding,
    IReadOnlyList<ObjectReference> Owners,
    IReadOnlyList<(string Kind, string Name, string Relation)> Named,
    IReadOnlyList<ConditionTransition> Conditions)
{
    /// <summary>All of it at once, as long as whoever reads the answer can say what is wrong with it.</summary>
    public static ObjectBody Of(JsonNode json, ObjectReference regarding) => new(
        regarding,
        [.. ObjectHeader.Of(json).Owners.Select(owner => owner with { Namespace = regarding.Namespace })],
        [.. LinksOf(json).Where(it => it.Name.Length > 0)],
        [.. ConditionsOf(json, regarding)]);

    private static IEnumerable<ConditionTransition> ConditionsOf(JsonNode json, ObjectReference regarding)
    {
        foreach (var condition in Items(Member(json, "status"), "conditions"))
        {
            if (At(Text(condition, "lastTransitionTime")) is not { } at)
                continue;
            string[] why = [Text(condition, "reason"), Text(condition, "message")];
            yield return new ConditionTransition(regarding, Text(condition, "type"), Text(condition, "status"), at, string.Join(": ", why.Where(it => it.Length > 0)));
        }
    }

    private static IEnumerable<(string Kind, string Name, string Relation)> LinksOf(JsonNode json)
    {
        var kind = Text(json, "kind");
        var spec = Member(json, "spec");
        if (kind == "PersistentVolumeClaim")
            yield return ("PersistentVolume", Text(spec, "volumeName"), ObjectRelation.Volume);
        // Of a workload, its template: it may have no pod yet because of what it names.
        var pod = kind == "Pod" ? spec : Member(Member(spec, "jobTemplate", "spec") ?? spec, "template", "spec");
        yield return ("Node", kind == "Pod" ? Text(pod, "nodeName") : "", ObjectRelation.Node);
        foreach (var volume in Items(pod, "volumes"))
        {
            yield return ("PersistentVolumeClaim", Text(Member(volume, "persistentVolumeClaim"), "claimName"), ObjectRelation.Claim);
            if (kind == "Pod" && Member(volume, "ephemeral") is not null)
                yield return ("PersistentVolumeClaim", $"{Text(Member(json, "metadata"), "name")}-{Text(volume, "name")}", ObjectRelation.Claim);
            foreach (var source in Items(Member(volume, "projected"), "sources").Prepend(volume))
            {
                yield return ConfigMap(Text(Member(source, "configMap"), "name"));
                yield return Secret(Text(Member(source, "secret"), "name"));
            }

            yield return Secret(Text(Member(volume, "secret"), "secretName"));
        }

        foreach (var secret in Items(pod, "imagePullSecrets"))
            yield return Secret(Text(secret, "name"));
        foreach (var container in Items(pod, "initContainers").Concat(Items(pod, "containers")).Concat(Items(pod, "ephemeralContainers")))
        {
            foreach (var from in Items(container, "envFrom"))
            {
                yield return ConfigMap(Text(Member(from, "configMapRef"), "name"));
                yield return Secret(Text(Member(from, "secretRef"), "name"));
            }

            foreach (var variable in Items(container, "env"))
            {
                yield return ConfigMap(Text(Member(variable, "valueFrom", "configMapKeyRef"), "name"));
                yield return Secret(Text(Member(variable, "valueFrom", "secretKeyRef"), "name"));
            }
        }
    }

    private static (string Kind, string Name, string Relation) ConfigMap(string name) => ("ConfigMap", name, ObjectRelation.Config);

    private static (string Kind, string Name, string Relation) Secret(string name) => ("Secret", name, ObjectRelation.Config);

    private static DateTimeOffset? At(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static IEnumerable<JsonNode> Items(JsonNode? node, string name) => DiscoveryJson.Items(node, name);

    private static string Text(JsonNode? node, string name) => DiscoveryJson.Text(node, name) ?? "";

    private static JsonNode? Member(JsonNode? node, params string[] path) =>
        path.Aggregate(node, (at, name) => (at as JsonObject)?[name]);
}
