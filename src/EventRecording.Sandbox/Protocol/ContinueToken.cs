using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>The token of the next page, of the same make as a real server's: base64 of a version and the key to start from.</summary>
/// <param name="Version">Version of the list; -1 to go on with whatever is there now.</param>
/// <param name="Start">Key below the prefix of the list.</param>
internal readonly record struct ContinueToken(long Version, string Start)
{
    private const string Format = "meta.k8s.io/v1";

    public static ContinueToken After(long version, string key) => new(version, key + "\0");

    /// <exception cref="ApiException">The token is none of ours.</exception>
    public static ContinueToken Parse(string token)
    {
        JsonNode? parsed;
        try
        {
            parsed = JsonText.Parse(Decode(token));
        }
        catch (FormatException)
        {
            throw Invalid("illegal base64 data at input byte 0");
        }
        catch (JsonSyntaxException e)
        {
            throw Invalid(e.Message);
        }
        var body = parsed as JsonObject;
        if (body.Text("v") != Format)
            throw Invalid($"server does not recognize this encoded version \"{body.Text("v")}\"");
        if (body.Number("rv") == 0)
            throw Invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
        return new ContinueToken(body.Number("rv"), body.Text("start"));
    }

    public override string ToString()
    {
        var json = JsonText.Write(new JsonObject { ["v"] = Format, ["rv"] = Version, ["start"] = Start });
        return Convert.ToBase64String(json).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static byte[] Decode(string token)
    {
        var text = new StringBuilder(token).Replace('-', '+').Replace('_', '/');
        text.Append('=', (4 - text.Length % 4) % 4);
        return Convert.FromBase64String(text.ToString());
    }

    private static ApiException Invalid(string why) => ApiStatus.BadRequest("invalid continue token: continue key is not valid: " + why);
}
