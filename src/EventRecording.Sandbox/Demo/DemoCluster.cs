using System.Text.Json.Nodes;
using EventRecording.Cluster;

namespace EventRecording.Sandbox;

/// <summary>What the demo creates in a cluster, and removes again: a namespace, definitions that were not there, an object of each kind.</summary>
internal sealed class DemoCluster(ClusterConnection connection, string ns)
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Namespaces = "/api/v1/namespaces";

    // A definition is served a moment after it was created.
    private const int MostTries = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly List<string> _created = [];

    public string Namespace { get; } = ns;

    /// <summary>Creates everything.</summary>
    /// <returns>The objects by kind, and the namespace itself as the object of the cluster scope.</returns>
    public async Task<IReadOnlyDictionary<string, ObjectReference>> CreateAsync()
    {
        var objects = new Dictionary<string, ObjectReference>();
        var created = await PostAsync(Namespaces, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = Namespace },
        }).ConfigureAwait(false);
        _created.Add($"{Namespaces}/{Namespace}");
        foreach (var demo in DemoObject.All)
        {
            await DefineAsync(demo.Kind).ConfigureAwait(false);
            objects.Add(demo.Kind.Kind, ObjectReferenceReader.Default.Read(await CreateAsync(demo).ConfigureAwait(false)));
        }

        objects.Add("Namespace", ObjectReferenceReader.Default.Read(created));
        return objects;
    }

    /// <summary>Removes what <see cref="CreateAsync()"/> created; what was there before stays.</summary>
    public async Task RemoveAsync()
    {
        foreach (var path in _created)
            await connection.RequestAsync(HttpMethod.Delete, path).ConfigureAwait(false);
    }

    private async Task DefineAsync(ObjectKind kind)
    {
        try
        {
            await PostAsync(Definitions, kind.Definition).ConfigureAwait(false);
            _created.Add($"{Definitions}/{kind.DefinitionName}");
        }
        catch (KubernetesApiException error) when (error.Status is { Code: 409 })
        {
            // Defined by an earlier demo: it is used and left.
        }
    }

    private async Task<JsonNode> CreateAsync(DemoObject demo)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await PostAsync($"/apis/{demo.Kind.ApiVersion}/namespaces/{Namespace}/{demo.Kind.Plural}", demo.Source).ConfigureAwait(false);
            }
            catch (KubernetesApiException error) when (error.Status is { Code: 404 } && tries < MostTries)
            {
                await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
            }
        }
    }

    private Task<JsonNode> PostAsync(string path, JsonNode body) => connection.RequestAsync(HttpMethod.Post, path, body);
}
