using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Who asks, and whether that is allowed.</summary>
internal sealed class AccessControl(IReadOnlyList<SandboxUser> users)
{
    private const string Anonymous = "system:anonymous";

    private static readonly string[] Public = ["/version", "/healthz", "/livez", "/readyz"];
    private static readonly SandboxUser Everybody = new("system:admin", null, SandboxRule.Everything);

    /// <exception cref="ApiException">401: the credentials are wrong; 403: the user may not impersonate.</exception>
    public SandboxUser Authenticate(ApiRequest request)
    {
        var user = Identify(request.Header("Authorization"));
        if (request.Header("Impersonate-User") is not { Length: > 0 } other)
            return user;
        if (!Allows(user, "impersonate", "", "users", ""))
            throw Refuse(user, "impersonate", "", "users", "", other);
        return Find(other);
    }

    /// <exception cref="ApiException">403.</exception>
    public static void Authorize(SandboxUser user, ApiRequest request)
    {
        var info = request.Info;
        if (!info.IsResource)
        {
            AuthorizePath(user, info.Verb, request.Path);
            return;
        }
        var resource = info.Subresource.Length == 0 ? info.Resource : $"{info.Resource}/{info.Subresource}";
        var space = info.Resource == "namespaces" ? info.Name : info.Namespace;
        if (!Allows(user, info.Verb, info.Group, resource, space) && !IsOwnReview(user, info))
            throw Refuse(user, info.Verb, info.Group, resource, info.Namespace, info.Name);
    }

    public static bool Allows(SandboxUser user, string verb, string group, string resource, string space) =>
        user.Rules.Any(rule => rule.Allows(verb, group, resource, space));

    private SandboxUser Identify(string authorization)
    {
        if (users.Count == 0)
            return Everybody;
        if (authorization.Length == 0)
            return Find(Anonymous);
        const string Scheme = "Bearer ";
        var token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : null;
        return users.FirstOrDefault(user => user.Token is not null && user.Token == token) ?? throw ApiStatus.Unauthorized();
    }

    private SandboxUser Find(string name) => users.FirstOrDefault(user => user.Name == name) ?? new SandboxUser(name, null);

    private static bool IsOwnReview(SandboxUser user, RequestInfo info) =>
        user.Name != Anonymous
        && info is { Group: "authorization.k8s.io", Verb: "create", Resource: "selfsubjectaccessreviews" or "selfsubjectrulesreviews" };

    private static void AuthorizePath(SandboxUser user, string verb, string path)
    {
        if (user.Name == Anonymous && !Public.Contains(path) && !Allows(user, verb, "", path, ""))
            throw ApiStatus.Failure(
                403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {verb} path \"{path}\"", []);
    }

    private static ApiException Refuse(SandboxUser user, string verb, string group, string resource, string space, string name)
    {
        var where = space.Length == 0 ? "at the cluster scope" : $"in the namespace \"{space}\"";
        return ApiStatus.Forbidden(
            new GroupResource(group, resource.Split('/')[0]),
            name,
            $"User \"{user.Name}\" cannot {verb} resource \"{resource}\" in API group \"{group}\" {where}");
    }
}
