using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Answers questions about one's own rights.</summary>
internal static class AccessReviews
{
    public static ApiResponse Answer(SandboxUser user, Resource resource, JsonObject review)
    {
        var spec = review.Object("spec") ?? [];
        var body = new JsonObject
        {
            ["kind"] = resource.Kind,
            ["apiVersion"] = resource.GroupVersion,
            ["metadata"] = new JsonObject { ["creationTimestamp"] = null },
            ["spec"] = spec.DeepClone(),
            ["status"] = resource.Kind == "SelfSubjectRulesReview" ? Rules(user, spec.Text("namespace")) : Access(user, spec),
        };
        return ApiResponse.Json(201, JsonText.Write(body));
    }

    private static JsonObject Access(SandboxUser user, JsonObject spec)
    {
        if (spec.Object("resourceAttributes") is not { } asked)
            return new JsonObject { ["allowed"] = true };
        var resource = asked.Text("subresource") is { Length: > 0 } sub ? $"{asked.Text("resource")}/{sub}" : asked.Text("resource");
        return new JsonObject
        {
            ["allowed"] = AccessControl.Allows(user, asked.Text("verb"), asked.Text("group"), resource, asked.Text("namespace")),
        };
    }

    private static JsonObject Rules(SandboxUser user, string space) => new()
    {
        ["resourceRules"] = new JsonArray([.. user.Rules.Where(rule => rule.Namespace is null || rule.Namespace == space).Select(Rule)]),
        ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("get"), ["nonResourceURLs"] = new JsonArray("*") }),
        ["incomplete"] = false,
    };

    private static JsonObject Rule(SandboxRule rule) => new JsonObject
    {
        ["verbs"] = rule.Verbs.ToJsonArray(),
        ["apiGroups"] = rule.Groups.ToJsonArray(),
        ["resources"] = rule.Resources.ToJsonArray(),
    };
}
