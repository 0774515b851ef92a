using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>An object to fill a sandbox with, and the kind that has to be there for it.</summary>
internal sealed record SeedObject(ObjectKind Kind, JsonObject Source)
{
    /// <exception cref="ArgumentException">It is neither <c>kind/name</c> nor the JSON of an object.</exception>
    public static SeedObject Parse(string text) => text.TrimStart().StartsWith('{') ? FromJson(text) : FromName(text.Trim());

    /// <summary>Gives it a namespace if it has none.</summary>
    /// <returns>Its namespace.</returns>
    public string CompleteNamespace()
    {
        var metadata = Source.Metadata();
        if (metadata.Text("namespace").Length == 0)
            metadata["namespace"] = "default";
        return metadata.Text("namespace");
    }

    private static SeedObject FromName(string text)
    {
        if (text.Split('/') is not [{ Length: > 0 } kindName, { Length: > 0 } name] || kindName.Contains('.', StringComparison.Ordinal))
            throw new ArgumentException($"'{text}' is no object for the sandbox: give kind/name, such as redis/my-op-redis, or an object with apiVersion, kind and metadata.name.");
        var kind = KnownKinds.Find(kindName);
        return new SeedObject(kind, new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = new JsonObject { ["name"] = name } });
    }

    private static SeedObject FromJson(string json)
    {
        var source = Read(json);
        var (apiVersion, kind) = (source.Text("apiVersion"), source.Text("kind"));
        var name = source.Object("metadata").Text("name");
        if (apiVersion.Length == 0 || kind.Length == 0 || name.Length == 0)
            throw new ArgumentException($"The object {kind}/{name} for the sandbox needs apiVersion, kind and metadata.name.");
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return new SeedObject(KnownKinds.Find(slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], kind), source);
    }

    /// <exception cref="ArgumentException">It is no JSON object.</exception>
    public static JsonObject Read(string json)
    {
        try
        {
            return JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(json)) as JsonObject ?? throw new ArgumentException("The object for the sandbox is no JSON object.");
        }
        catch (JsonSyntaxException e)
        {
            throw new ArgumentException("The object for the sandbox is no JSON: " + e.Message, e);
        }
    }
}
