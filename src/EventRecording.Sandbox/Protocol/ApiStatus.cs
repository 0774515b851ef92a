using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>The errors of the API server, in its words.</summary>
internal static class ApiStatus
{
    public static ApiException NotFound(GroupResource resource, string name) =>
        Failure(404, "NotFound", $"{resource} \"{name}\" not found", Details(resource, name));

    /// <summary>A path that leads nowhere in a group that exists.</summary>
    public static ApiException NoSuchResource() =>
        Failure(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException MethodNotAllowed() =>
        Failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException BadRequest(string message) => Failure(400, "BadRequest", message);

    public static ApiException Unauthorized() => Failure(401, "Unauthorized", "Unauthorized");

    public static ApiException AlreadyExists(GroupResource resource, string name) =>
        Failure(409, "AlreadyExists", $"{resource} \"{name}\" already exists", Details(resource, name));

    public static ApiException Conflict(GroupResource resource, string name, string why) =>
        Failure(409, "Conflict", $"Operation cannot be fulfilled on {resource} \"{name}\": {why}", Details(resource, name));

    public static ApiException Modified(GroupResource resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>Refused by RBAC or by admission.</summary>
    public static ApiException Forbidden(GroupResource resource, string name, string why, JsonArray? causes = null)
    {
        var what = name.Length == 0 ? resource.ToString() : $"{resource} \"{name}\"";
        var details = Details(resource, name);
        if (causes is not null)
            details["causes"] = causes;
        return Failure(403, "Forbidden", $"{what} is forbidden: {why}", details);
    }

    /// <summary>
    /// Refused by validation. The group is that of the kind, empty for
    /// events, which are validated as those of the core group.
    /// </summary>
    public static ApiException Invalid(string group, string kind, string name, IReadOnlyCollection<FieldError> errors)
    {
        var texts = errors.Select(error => $"{error.Field}: {error.Message}").Distinct().ToArray();
        var text = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var details = new JsonObject();
        AddUnlessEmpty(details, "name", name);
        AddUnlessEmpty(details, "group", group);
        AddUnlessEmpty(details, "kind", kind);
        details["causes"] = new JsonArray([.. errors.Select(Cause)]);
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        return Failure(422, "Invalid", $"{qualified} \"{name}\" is invalid: {text}", details);
    }

    /// <summary>A patch that cannot be applied, such as one with a test that fails.</summary>
    public static ApiException Unprocessable() =>
        Failure(422, "Invalid", "the server rejected our request due to an error in our request", []);

    public static ApiException NotAcceptable(KubernetesRules rules)
    {
        // A real one serves YAML and protobuf, too.
        const string Available = "\n\nAvailable representations: application/json, application/json;stream=watch";
        return Failure(406, "NotAcceptable", "406: Not Acceptable" + (rules == KubernetesRules.V1_20 ? "" : Available), []);
    }

    public static ApiException UnsupportedMediaType(string message, bool withDetails) =>
        Failure(415, "UnsupportedMediaType", message, withDetails ? [] : null);

    /// <summary>A version that is compacted.</summary>
    public static ApiException Expired(string message, string? continueToken = null)
    {
        var status = Failure(410, "Expired", message);
        if (continueToken is not null)
            status.Body.Metadata()["continue"] = continueToken;
        return status;
    }

    public static ApiException TooLargeVersion(long asked, long current)
    {
        var details = new JsonObject
        {
            ["causes"] = new JsonArray(
                new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        };
        var status = Failure(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}", details);
        status.Headers.Add(("Retry-After", "1"));
        return status;
    }

    /// <summary>An error without a reason, such as one of the database.</summary>
    public static ApiException Internal(string message) => Failure(500, "", message);

    public static ApiException Failure(int code, string reason, string message, JsonObject? details = null)
    {
        var body = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
        };
        AddUnlessEmpty(body, "reason", reason);
        if (details is not null)
            body["details"] = details;
        body["code"] = code;
        return new ApiException(code, body);
    }

    public static JsonObject Details(GroupResource resource, string name)
    {
        var details = new JsonObject();
        AddUnlessEmpty(details, "name", name);
        AddUnlessEmpty(details, "group", resource.Group);
        details["kind"] = resource.Resource;
        return details;
    }

    private static JsonObject Cause(FieldError error) =>
        new JsonObject { ["reason"] = error.Reason, ["message"] = error.Message, ["field"] = error.Field };

    private static void AddUnlessEmpty(JsonObject target, string name, string value)
    {
        if (value.Length > 0)
            target[name] = value;
    }
}

/// <summary>A resource without its version, as errors name it.</summary>
internal readonly record struct GroupResource(string Group, string Resource)
{
    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";
}
