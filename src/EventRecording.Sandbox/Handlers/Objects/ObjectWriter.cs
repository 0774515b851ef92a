using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Writes objects: completes their metadata, checks them, and commits them against what is there.</summary>
internal sealed class ObjectWriter(ObjectStore store, Expiry expiry, RandomNames names, TimeProvider time)
{
    private static readonly string[] Preserved =
        ["namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"];

    public StoredObject Create(Resource resource, JsonObject created, bool dryRun)
    {
        Complete(resource, created);
        Refuse(resource, created, resource.Strategy.ValidateCreate(created), resource.Strategy.ValidateName);
        var name = created.Metadata().Text("name");
        var key = resource.Key(created.Metadata().Text("namespace"), name);
        if (store.Current.Find(key) is not null)
            throw ApiStatus.AlreadyExists(resource.GroupResource, name);
        if (dryRun)
            return WithoutVersion(resource, created);
        return Commit(resource, key, null, created)?.Current ?? throw ApiStatus.AlreadyExists(resource.GroupResource, name);
    }

    /// <summary>Changes an object; a change that changes nothing keeps its version. The change is made again for as long as somebody else writes in between.</summary>
    public StoredObject Update(Resource resource, string space, string name, string subresource, bool dryRun, Func<StoredObject, JsonObject> change)
    {
        var key = resource.Key(space, name);
        while (true)
        {
            var existing = store.Current.Find(key) ?? throw ApiStatus.NotFound(resource.GroupResource, name);
            var old = existing.Parse();
            var updated = change(existing);
            CheckIdentity(resource, updated.Metadata(), existing);
            Preserve(updated.Metadata(), old.Metadata());
            resource.Strategy.PrepareForUpdate(updated, old, subresource);
            Refuse(resource, updated, resource.Strategy.ValidateUpdate(updated, old), Names.PathSegment);
            var built = ObjectBuilder.Build(resource, updated, existing.Version, time.GetUtcNow());
            if (dryRun || built.Body.AsSpan().SequenceEqual(existing.Body))
                return built;
            if (IsReleased(updated))
            {
                if (Delete(existing))
                    return built;
            }
            else if (Commit(resource, key, existing, updated)?.Current is { } stored)
                return stored;
        }
    }

    /// <summary>Deletes at once.</summary>
    /// <returns>False if the object was changed meanwhile.</returns>
    public bool Delete(StoredObject existing) => store.TryCommit(existing.Key, existing, _ => null) is not null;

    /// <summary>Stores an object as it is, new or in the place of another, past all rules.</summary>
    public StoredObject Put(Resource resource, JsonObject source)
    {
        while (true)
        {
            var metadata = source.Metadata();
            var key = resource.Key(metadata.Text("namespace"), metadata.Text("name"));
            var existing = store.Current.Find(key);
            metadata["uid"] ??= existing?.Uid ?? names.Uid();
            metadata["creationTimestamp"] ??= GoTime.Seconds(time.GetUtcNow());
            if (Commit(resource, key, existing, source)?.Current is { } stored)
                return stored;
        }
    }

    private Change? Commit(Resource resource, string key, StoredObject? existing, JsonObject source)
    {
        var change = store.TryCommit(key, existing, version => ObjectBuilder.Build(resource, source, version, time.GetUtcNow()));
        if (change?.Current is { } stored)
            expiry.Track(stored);
        return change;
    }

    private void Complete(Resource resource, JsonObject created)
    {
        var metadata = created.Metadata();
        if (metadata.Text("resourceVersion").Length > 0)
            throw ApiStatus.Internal("resourceVersion should not be set on objects to be created");
        if (metadata.Text("name").Length == 0 && metadata.Text("generateName") is { Length: > 0 } prefix)
            metadata["name"] = names.Generate(prefix);
        metadata.Remove("deletionTimestamp");
        metadata["uid"] = names.Uid();
        metadata["creationTimestamp"] = GoTime.Seconds(time.GetUtcNow());
        resource.Strategy.PrepareForCreate(created);
    }

    private static void Refuse(
        Resource resource, JsonObject source, IEnumerable<FieldError> particular, Func<string, IEnumerable<string>> nameRule)
    {
        var errors = particular.ToArray();
        if (errors.Length == 0)
            errors = MetadataValidation.Validate(source.Metadata(), nameRule).ToArray();
        if (errors.Length == 0)
            return;
        throw Invalid(resource, source.Metadata().Text("name"), errors);
    }

    // Events are validated as those of the core group.
    private static ApiException Invalid(Resource resource, string name, FieldError[] errors) =>
        ApiStatus.Invalid(resource.Kind == "Event" ? "" : resource.Group, resource.Kind, name, errors);

    private static void CheckIdentity(Resource resource, JsonObject metadata, StoredObject existing)
    {
        var (name, version, uid) = (metadata.Text("name"), metadata.Text("resourceVersion"), metadata.Text("uid"));
        if (name != existing.Name)
            throw ApiStatus.BadRequest($"the name of the object ({name}) does not match the name on the URL ({existing.Name})");
        if (metadata.Text("namespace") is var space && space.Length > 0 && space != existing.Namespace)
            throw ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        if (version.Length > 0 && version != existing.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw ApiStatus.Modified(resource.GroupResource, name);
        if (version.Length == 0 && !resource.Strategy.IsTyped)
        {
            const string Missing = "Invalid value: 0x0: must be specified for an update";
            var error = new FieldError("metadata.resourceVersion", "FieldValueInvalid", Missing);
            throw ApiStatus.Invalid(resource.Group, resource.Kind, name, [error]);
        }
        if (uid.Length > 0 && uid != existing.Uid)
            throw Invalid(resource, name, [FieldError.Invalid("metadata.uid", uid, "field is immutable")]);
    }

    /// <summary>What a client cannot change, whatever it sends.</summary>
    private static void Preserve(JsonObject metadata, JsonObject old)
    {
        foreach (var field in Preserved)
        {
            if (old[field] is { } value)
                metadata[field] = value.DeepClone();
            else
                metadata.Remove(field);
        }
    }

    /// <summary>An object that is being deleted and that nobody holds any longer.</summary>
    private static bool IsReleased(JsonObject source) =>
        source.Metadata()["deletionTimestamp"] is not null && source.Metadata().Array("finalizers") is not { Count: > 0 }
        && source.Object("spec").Array("finalizers") is not { Count: > 0 };

    private StoredObject WithoutVersion(Resource resource, JsonObject created)
    {
        var built = ObjectBuilder.Build(resource, created, 0, time.GetUtcNow());
        var body = built.Parse();
        body.Metadata().Remove("resourceVersion");
        return new StoredObject { Key = built.Key, Body = JsonText.Write(body) };
    }
}
