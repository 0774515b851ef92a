using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Reads objects from requests, with the errors of the server's decoder.</summary>
internal sealed class BodyReader(KubernetesRules rules)
{
    private static readonly string[] Accepted = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

    /// <summary>
    /// Reads an object that is created or replaced;
    /// <paramref name="unknown"/> takes the fields that its type does not
    /// have.
    /// </summary>
    public JsonObject ReadObject(ApiRequest request, Resource resource, List<string> unknown)
    {
        var type = MediaType(request);
        if (Accepted.Skip(1).Contains(type))
            throw ApiStatus.UnsupportedMediaType($"the sandbox reads JSON only, not {type}", withDetails: false);
        if (type is not ("application/json" or ""))
            throw ApiStatus.UnsupportedMediaType(Unsupported(Accepted), withDetails: false);
        var source = Parse(request, resource);
        CheckKind(source, resource);
        return Decode(source, resource, unknown);
    }

    /// <summary>Brings an object into the form in which it is stored.</summary>
    public static JsonObject Decode(JsonObject source, Resource resource, List<string> unknown)
    {
        try
        {
            return resource.Strategy.Decode(source, unknown);
        }
        catch (DecodeException e)
        {
            throw CannotBeHandled(resource.Kind, resource.Version, resource, e.Message);
        }
    }

    /// <summary>Warns of unknown fields, or refuses them, as <c>fieldValidation</c> says; old servers drop them in silence.</summary>
    public void Report(ApiRequest request, Resource resource, List<string> unknown, List<(string, string)> headers)
    {
        if (rules == KubernetesRules.V1_20)
            return;
        var validation = request.FieldValidation;
        var texts = unknown.Distinct().Select(path => $"unknown field \"{path}\"").ToArray();
        if (texts.Length == 0 || validation == "Ignore")
            return;
        if (validation == "Strict")
            throw CannotBeHandled(resource.Kind, resource.Version, resource, "strict decoding error: " + string.Join(", ", texts));
        headers.AddRange(texts.Select(text => ("Warning", $"299 - \"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")));
    }

    public static string MediaType(ApiRequest request) => request.Header("Content-Type").Split(';')[0].Trim();

    public static string Unsupported(IEnumerable<string> accepted) =>
        "the body of the request was in an unknown format - accepted media types include: " + string.Join(", ", accepted);

    private static JsonObject Parse(ApiRequest request, Resource resource)
    {
        string error;
        try
        {
            var value = JsonText.Parse(request.Body.Span);
            // Go reads null into a struct as if nothing stood there.
            if (value is null && resource.Strategy.IsTyped)
                return [];
            if (value is JsonObject source)
                return source;
            error = "json: cannot unmarshal value into Go value of type struct { APIVersion string; Kind string }";
        }
        catch (JsonSyntaxException e)
        {
            error = e.Message;
        }
        var text = Encoding.UTF8.GetString(request.Body.Span);
        var shown = text.Length > 30 ? text[..30] + " ..." : text;
        throw ApiStatus.BadRequest(
            $"the object provided is unrecognized (must be of type {resource.Kind}): couldn't get version/kind; "
            + $"json parse error: {error} ({shown})");
    }

    private void CheckKind(JsonObject source, Resource resource)
    {
        // A typed object may leave out what the path says already.
        var kind = source.Text("kind") is { Length: > 0 } given ? given : resource.Strategy.IsTyped ? resource.Kind : "";
        var version = source.Text("apiVersion") is { Length: > 0 } named ? named : resource.Strategy.IsTyped ? resource.GroupVersion : "";
        if (kind == resource.Kind && version == resource.GroupVersion)
            return;
        if (kind.Length == 0)
            throw ApiStatus.BadRequest($"Object 'Kind' is missing in '{JsonText.WriteString(source)}'");
        var known = version is "v1" or "events.k8s.io/v1" && kind == "Event" && resource.Kind == "Event";
        if (known || !resource.Strategy.IsTyped)
        {
            throw ApiStatus.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({resource.GroupVersion})");
        }
        var scheme = (rules == KubernetesRules.V1_20 ? "k8s.io/kubernetes/" : "") + "pkg/api/legacyscheme/scheme.go:30";
        throw CannotBeHandled(
            kind, version.Split('/')[^1], resource, $"no kind \"{kind}\" is registered for version \"{version}\" in scheme \"{scheme}\"");
    }

    private static ApiException CannotBeHandled(string kind, string version, Resource resource, string why) =>
        ApiStatus.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {resource.Kind}: {why}");
}
