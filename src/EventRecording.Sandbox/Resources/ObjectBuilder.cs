using System.Globalization;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Makes what is stored from the JSON of an object.</summary>
internal static class ObjectBuilder
{
    /// <summary>What etcd takes in one request, 1.5 MiB.</summary>
    private const int MaximalBytes = 1_572_864;

    /// <exception cref="ApiException">The object is too large to be stored.</exception>
    public static StoredObject Build(Resource resource, JsonObject source, long version, DateTimeOffset now)
    {
        source.Metadata()["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        // One order, so that an object that did not change has the same bytes.
        var metadata = MetadataSchema.ObjectMeta.Decode(source.Metadata(), []);
        source["metadata"] = metadata;
        var body = JsonText.Write(source);
        if (body.Length > MaximalBytes)
            throw ApiStatus.Internal("etcdserver: request is too large");
        var (space, name) = (metadata.Text("namespace"), metadata.Text("name"));
        return new StoredObject
        {
            Key = resource.Key(space, name),
            Namespace = space,
            Name = name,
            Uid = metadata.Text("uid"),
            Version = version,
            Body = body,
            Labels = StoredObject.ReadLabels(metadata),
            Fields = resource.Strategy.ReadFields(source),
            Expiry = now + resource.Strategy.TimeToLive,
        };
    }
}
