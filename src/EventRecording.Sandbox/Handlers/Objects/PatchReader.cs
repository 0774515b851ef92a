using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Applies a patch to an object in the form of the request's API group.</summary>
internal sealed class PatchReader
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";
    private const string StrategicType = "application/strategic-merge-patch+json";
    private const string ApplyType = "application/apply-patch+yaml";

    private readonly Resource _resource;
    private readonly string _type;
    private readonly JsonNode? _patch;

    /// <exception cref="ApiException">The request carries no patch that can be applied.</exception>
    public PatchReader(ApiRequest request, Resource resource)
    {
        _resource = resource;
        _type = BodyReader.MediaType(request);
        if (_type is not (JsonPatchType or MergePatchType or StrategicType))
            throw Unsupported(_type);
        if (_type == StrategicType && !resource.Strategy.IsTyped)
            throw ApiStatus.UnsupportedMediaType(BodyReader.Unsupported([JsonPatchType, MergePatchType, ApplyType]), withDetails: false);
        try
        {
            _patch = JsonText.Parse(request.Body.Span);
        }
        catch (JsonSyntaxException e)
        {
            throw ApiStatus.BadRequest("error decoding patch: " + e.Message);
        }
        if (_patch is not (JsonObject or JsonArray) || _patch is JsonArray != (_type == JsonPatchType))
            throw ApiStatus.BadRequest("error decoding patch: the patch has the wrong form for " + _type);
    }

    /// <summary>The patched object, in the form in which it is stored.</summary>
    public JsonObject Apply(StoredObject existing, List<string> unknown)
    {
        unknown.Clear();
        var target = JsonText.ParseObject(ListWriter.WriteObject(_resource, existing));
        var patched = Apply(target);
        try
        {
            return _resource.Strategy.Decode(patched, unknown);
        }
        catch (DecodeException e)
        {
            throw ApiStatus.Invalid("", "", "", [FieldError.Invalid("patch", JsonText.WriteString(patched), e.Message)]);
        }
    }

    private JsonObject Apply(JsonObject target)
    {
        try
        {
            JsonNode? result = _type switch
            {
                JsonPatchType => JsonPatch.Apply(target, (JsonArray)_patch!),
                MergePatchType => JsonMergePatch.Apply(target, _patch),
                _ => StrategicMergePatch.Apply(target, (JsonObject)_patch!),
            };
            return result as JsonObject ?? throw new PatchException("the patched object is no object");
        }
        catch (PatchException)
        {
            throw ApiStatus.Unprocessable();
        }
    }

    private static ApiException Unsupported(string type) => type == ApplyType
        ? ApiStatus.UnsupportedMediaType("server-side apply is not served by this sandbox", withDetails: false)
        : ApiStatus.UnsupportedMediaType("415: Unsupported Media Type", withDetails: true);
}
