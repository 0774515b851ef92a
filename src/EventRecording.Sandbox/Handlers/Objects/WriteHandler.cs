using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Answers create, update and patch.</summary>
internal sealed class WriteHandler(
    ObjectStore store, ObjectReader reader, ObjectWriter writer, NamespaceLifecycle namespaces, KubernetesRules rules)
{
    private readonly BodyReader _bodies = new(rules);

    public ApiResponse Create(ApiRequest request, Resource resource, Representation representation)
    {
        var unknown = new List<string>();
        var created = _bodies.ReadObject(request, resource, unknown);
        var metadata = created.Metadata();
        SetNamespace(request, resource, created);
        var headers = new List<(string, string)>();
        _bodies.Report(request, resource, unknown, headers);
        namespaces.CheckCreate(resource, request.Info.Namespace, metadata.Text("name"));
        return Answer(201, request, resource, writer.Create(resource, created, request.IsDryRun), representation, headers);
    }

    public ApiResponse Update(ApiRequest request, Resource resource, Representation representation)
    {
        var info = request.Info;
        if (resource.Strategy.AllowsCreateOnUpdate && store.Current.Find(resource.Key(info.Namespace, info.Name)) is null)
            return Create(request, resource, representation);
        var unknown = new List<string>();
        var headers = new List<(string, string)>();
        var updated = _bodies.ReadObject(request, resource, unknown);
        _bodies.Report(request, resource, unknown, headers);
        var stored = writer.Update(
            resource, info.Namespace, info.Name, info.Subresource, request.IsDryRun, existing => Replace(resource, existing, updated.Clone()));
        return Answer(200, request, resource, stored, representation, headers);
    }

    public ApiResponse Patch(ApiRequest request, Resource resource, Representation representation)
    {
        var info = request.Info;
        var patch = new PatchReader(request, resource);
        var unknown = new List<string>();
        var headers = new List<(string, string)>();
        var stored = writer.Update(resource, info.Namespace, info.Name, info.Subresource, request.IsDryRun, existing =>
        {
            headers.Clear();
            var patched = patch.Apply(existing, unknown);
            _bodies.Report(request, resource, unknown, headers);
            return patched;
        });
        return Answer(200, request, resource, stored, representation, headers);
    }

    // The uid of what replaces an object is a precondition.
    private static JsonObject Replace(Resource resource, StoredObject existing, JsonObject updated) =>
        updated.Metadata().Text("uid") is { Length: > 0 } uid && uid != existing.Uid
            ? throw ApiStatus.Conflict(resource.GroupResource, existing.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {existing.Uid}")
            : updated;

    private static void SetNamespace(ApiRequest request, Resource resource, JsonObject created)
    {
        var metadata = created.Metadata();
        var given = metadata.Text("namespace");
        if (given.Length > 0 && given != request.Info.Namespace)
            throw ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (given.Length == 0 && resource.Namespaced)
            metadata["namespace"] = request.Info.Namespace;
    }

    private ApiResponse Answer(
        int statusCode,
        ApiRequest request,
        Resource resource,
        StoredObject stored,
        Representation representation,
        List<(string, string)> headers)
    {
        var response = reader.Single(statusCode, request, resource, stored, representation);
        response.Headers.AddRange(headers);
        return response;
    }
}
