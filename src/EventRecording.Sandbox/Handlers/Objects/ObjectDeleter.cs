using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Answers delete and deletecollection.</summary>
internal sealed class ObjectDeleter(
    ObjectStore store, ObjectReader reader, ObjectWriter writer, NamespaceLifecycle namespaces, SandboxOptions options)
{
    public ApiResponse Delete(ApiRequest request, Resource resource)
    {
        var deleteOptions = ReadOptions(request);
        var name = request.Info.Name;
        while (true)
        {
            var existing = store.Current.Find(resource.Key(request.Info.Namespace, name)) ?? throw ApiStatus.NotFound(resource.GroupResource, name);
            CheckPreconditions(resource, existing, deleteOptions.Object("preconditions"));
            if (IsDryRun(request, deleteOptions))
                return Success(resource, existing);
            if (resource.Strategy is NamespaceStrategy)
                return DeleteNamespace(resource, existing);
            if (Remove(resource, existing) is not { } left)
                continue;
            return ReferenceEquals(left, existing)
                ? Success(resource, existing)
                : ApiResponse.Json(200, ListWriter.WriteObject(resource, left));
        }
    }

    public ApiResponse DeleteCollection(ApiRequest request, Resource resource)
    {
        var selection = ListOptions.Parse(request.Query, resource.Strategy, watch: false, options.Rules);
        var page = reader.Page(resource.KeyPrefix(request.Info.Namespace), selection);
        if (!IsDryRun(request, ReadOptions(request)))
        {
            foreach (var item in page.Items)
                Remove(resource, item);
        }
        return ApiResponse.Json(200, ListWriter.Write(resource, page));
    }

    private ApiResponse DeleteNamespace(Resource resource, StoredObject existing)
    {
        var terminating = namespaces.Terminate(resource, existing);
        if (!options.HoldTerminatingNamespaces)
            namespaces.Finish(existing.Name);
        return ApiResponse.Json(200, ListWriter.WriteObject(resource, terminating));
    }

    /// <summary>Deletes an object, or marks it where a finalizer holds it.</summary>
    /// <returns>The object as it was, or as it is marked; <see langword="null"/> if it was changed meanwhile.</returns>
    private StoredObject? Remove(Resource resource, StoredObject existing)
    {
        if (existing.Parse().Metadata().Array("finalizers") is { Count: > 0 })
            return MarkDeleted(resource, existing);
        if (!writer.Delete(existing))
            return null;
        if (resource.Strategy is DefinitionStrategy)
            DeleteObjectsOf(existing);
        return existing;
    }

    private StoredObject MarkDeleted(Resource resource, StoredObject existing)
    {
        var source = existing.Parse();
        source.Metadata()["deletionTimestamp"] ??= GoTime.Seconds(options.TimeProvider.GetUtcNow());
        source.Metadata()["deletionGracePeriodSeconds"] ??= 0;
        return writer.Put(resource, source);
    }

    private void DeleteObjectsOf(StoredObject definition)
    {
        foreach (var stored in store.Current.Range(definition.Name + "/").ToArray())
            writer.Delete(stored);
    }

    private static JsonObject ReadOptions(ApiRequest request)
    {
        if (request.Body.IsEmpty)
            return [];
        try
        {
            return JsonText.Parse(request.Body.Span) as JsonObject ?? [];
        }
        catch (JsonSyntaxException e)
        {
            throw ApiStatus.BadRequest("the delete options are no JSON: " + e.Message);
        }
    }

    private static bool IsDryRun(ApiRequest request, JsonObject deleteOptions) =>
        request.IsDryRun || deleteOptions.Texts("dryRun").Contains("All");

    private static void CheckPreconditions(Resource resource, StoredObject existing, JsonObject? preconditions)
    {
        Check("UID", "uid", existing.Uid, "The object might have been deleted and then recreated");
        Check("ResourceVersion", "resourceVersion", existing.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), "The object might have been modified");

        void Check(string what, string field, string has, string why)
        {
            if (preconditions.Text(field) is not { Length: > 0 } asked || asked == has)
                return;
            // The server names the kind where others name the resource; namespaces have rules of their own.
            throw resource.Strategy is NamespaceStrategy
                ? ApiStatus.Conflict(resource.GroupResource, existing.Name, $"Precondition failed: {what} in precondition: {asked}, {what} in object meta: {has}")
                : ApiStatus.Conflict(new GroupResource(resource.Kind == "Event" ? "" : resource.Group, resource.Kind), existing.Name, $"the {what} in the precondition ({asked}) does not match the {what} in record ({has}). {why}");
        }
    }

    private static ApiResponse Success(Resource resource, StoredObject deleted)
    {
        var details = ApiStatus.Details(resource.GroupResource, deleted.Name);
        details["uid"] = deleted.Uid;
        var body = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
        return ApiResponse.Json(200, JsonText.Write(body));
    }
}
