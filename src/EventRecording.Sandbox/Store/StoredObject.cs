using System.Globalization;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>One version of one object; never changed once it is stored.</summary>
internal sealed class StoredObject
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();
    private byte[]? _otherView;

    public required string Key { get; init; }

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string Uid { get; init; } = "";

    public long Version { get; init; }

    /// <summary>JSON of the object without <c>kind</c> and <c>apiVersion</c>, so that items, frames and single objects share it.</summary>
    public byte[] Body { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>What field selectors can ask for beside name and namespace, in the order of the resource's strategy.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>When the object goes by itself, as events do.</summary>
    public DateTimeOffset? Expiry { get; init; }

    /// <summary>The object by itself, to be changed by who asked for it.</summary>
    public JsonObject Parse() => JsonText.ParseObject(Body);

    /// <summary>The body in the other API group of the resource, made once.</summary>
    public byte[] OtherView(Func<JsonObject, JsonObject> convert) => _otherView ??= JsonText.Write(convert(Parse()));

    /// <summary>The same object under another version.</summary>
    public StoredObject At(long version)
    {
        var body = Parse();
        body.Metadata()["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        return new StoredObject
        {
            Key = Key,
            Namespace = Namespace,
            Name = Name,
            Uid = Uid,
            Version = version,
            Body = JsonText.Write(body),
            Labels = Labels,
            Fields = Fields,
        };
    }

    /// <summary>A key to look up or to cut a range with.</summary>
    public static StoredObject Probe(string key) => new() { Key = key };

    public static IReadOnlyDictionary<string, string> ReadLabels(JsonObject metadata)
    {
        if (metadata.Object("labels") is not { Count: > 0 } labels)
            return NoLabels;
        return labels.ToDictionary(label => label.Key, label => label.Value.AsText() ?? "", StringComparer.Ordinal);
    }
}

/// <summary>Order of the keys, which is the order of every list.</summary>
internal sealed class KeyOrder : IComparer<StoredObject>
{
    public static readonly KeyOrder Instance = new();

    public int Compare(StoredObject? x, StoredObject? y) => string.CompareOrdinal(x?.Key, y?.Key);
}
