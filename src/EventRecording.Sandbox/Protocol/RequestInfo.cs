namespace EventRecording.Sandbox;

/// <summary>What a request asks for, read from its method and path.</summary>
/// <remarks>For paths such as <c>/version</c>, which lead to no resource, the verb is the method in lower case.</remarks>
internal sealed record RequestInfo(
    bool IsResource, string Verb, string Group, string Version, string Namespace, string Resource, string Name, string Subresource)
{
    public static RequestInfo From(string method, string path, QueryString query)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return parts switch
        {
            ["api", var version, .. var rest] when rest.Length > 0 => Within("", version, rest, method, query),
            ["apis", var group, var version, .. var rest] when rest.Length > 0 => Within(group, version, rest, method, query),
            ["api", var version] => NoResource(method, "", version),
            ["apis", var group] => NoResource(method, group, ""),
            ["apis", var group, var version] => NoResource(method, group, version),
            _ => NoResource(method, "", ""),
        };
    }

    private static RequestInfo Within(string group, string version, string[] rest, string method, QueryString query)
    {
        var space = "";
        if (rest is ["namespaces", var name, var next, .. var more] && next is not ("status" or "finalize"))
        {
            space = name;
            rest = [next, .. more];
        }
        var target = rest.ElementAtOrDefault(1) ?? "";
        var subresource = string.Join('/', rest.Skip(2));
        return new RequestInfo(true, VerbOf(method, target, query), group, version, space, rest[0], target, subresource);
    }

    private static RequestInfo NoResource(string method, string group, string version) =>
        new(false, method.ToLowerInvariant(), group, version, "", "", "", "");

    private static string VerbOf(string method, string name, QueryString query) => method switch
    {
        "GET" when name.Length > 0 => "get",
        "GET" => query.Flag("watch") ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
        _ => method.ToLowerInvariant(),
    };
}
