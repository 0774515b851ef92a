using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Nothing is created in a namespace that is not there or that is going.</summary>
internal sealed class NamespaceLifecycle(ObjectStore store, ObjectWriter writer, TimeProvider time)
{
    public static readonly string[] Initial = ["default", "kube-node-lease", "kube-public", "kube-system"];

    private static readonly string[] Immortal = ["default", "kube-public", "kube-system"];

    /// <exception cref="ApiException">Nothing can be created there.</exception>
    public void CheckCreate(Resource resource, string space, string name)
    {
        if (!resource.Namespaced)
            return;
        var stored = store.Current.Find("namespaces/" + space) ?? throw ApiStatus.NotFound(new GroupResource("", "namespaces"), space);
        if (!NamespaceStrategy.IsTerminating(stored.Parse()))
            return;
        var cause = new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {space} is being terminated",
            ["field"] = "metadata.namespace",
        };
        throw ApiStatus.Forbidden(
            resource.GroupResource, name, $"unable to create new content in namespace {space} because it is being terminated", new JsonArray(cause));
    }

    /// <summary>Begins the end of a namespace.</summary>
    public StoredObject Terminate(Resource namespaces, StoredObject existing)
    {
        if (Immortal.Contains(existing.Name))
            throw ApiStatus.Forbidden(namespaces.GroupResource, existing.Name, "this namespace may not be deleted");
        var source = existing.Parse();
        source.Metadata()["deletionTimestamp"] ??= GoTime.Seconds(time.GetUtcNow());
        source.Ensure("status")["phase"] = "Terminating";
        return writer.Put(namespaces, source);
    }

    /// <summary>Deletes what is left in a namespace, and then itself.</summary>
    public void Finish(string space)
    {
        foreach (var content in store.Current.Objects.Where(stored => stored.Namespace == space))
            Remove(content.Key);
        Remove("namespaces/" + space);
    }

    private void Remove(string key)
    {
        while (store.Current.Find(key) is { } existing && !writer.Delete(existing))
        {
        }
    }
}
