using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Answers requests, however they came: routing, rights, and who does the work.</summary>
internal sealed class ApiServer : IDisposable
{
    private readonly SandboxOptions _options;
    private readonly IReadOnlyList<Resource> _builtIn;
    private readonly AccessControl _access;
    private readonly DiscoveryHandler _discovery;
    private readonly ObjectReader _reader;
    private readonly WriteHandler _writes;
    private readonly ObjectDeleter _deletes;
    private readonly WatchHandler _watches;
    private readonly BodyReader _bodies;
    private volatile ResourceCatalog _catalog;

    public ApiServer(SandboxOptions options)
    {
        _options = options;
        _builtIn = BuiltInResources.Create(options.Rules, options.EventTimeToLive, options.TimeProvider);
        Store = new ObjectStore(options.HistoryLimit);
        Expiry = new Expiry(Store, options.TimeProvider);
        Writer = new ObjectWriter(Store, Expiry, new RandomNames(options.Random), options.TimeProvider);
        Namespaces = new NamespaceLifecycle(Store, Writer, options.TimeProvider);
        _access = new AccessControl(options.Users);
        _discovery = new DiscoveryHandler(options.Rules);
        _reader = new ObjectReader(Store, options.TimeProvider, options.Rules);
        _writes = new WriteHandler(Store, _reader, Writer, Namespaces, options.Rules);
        _deletes = new ObjectDeleter(Store, _reader, Writer, Namespaces, options);
        _watches = new WatchHandler(Store, options);
        _bodies = new BodyReader(options.Rules);
        _catalog = new ResourceCatalog(_builtIn, []);
        foreach (var name in NamespaceLifecycle.Initial)
            CreateNamespace(name);
    }

    public ObjectStore Store { get; }

    public Expiry Expiry { get; }

    public ObjectWriter Writer { get; }

    public NamespaceLifecycle Namespaces { get; }

    /// <summary>What there is, with the definitions of the moment.</summary>
    public ResourceCatalog Catalog
    {
        get
        {
            var state = Store.Current;
            if (!_catalog.IsOf(state))
                _catalog = new ResourceCatalog(_builtIn, state.Range("customresourcedefinitions/"));
            return _catalog;
        }
    }

    public void CreateNamespace(string name)
    {
        var created = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
        Writer.Create(Catalog.Namespaces, created, dryRun: false);
    }

    public ApiResponse Handle(ApiRequest request)
    {
        try
        {
            var user = _access.Authenticate(request);
            AccessControl.Authorize(user, request);
            return request.Info.IsResource ? HandleResource(request, user) : _discovery.Handle(request, Catalog);
        }
        catch (ApiException e)
        {
            return e.ToResponse();
        }
#pragma warning disable CA1031 // a mistake of this server is an answer too; whoever asked must not wait for ever
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ApiStatus.Failure(500, "InternalError", $"Internal error occurred: {e.GetType().Name}: {e.Message}").ToResponse();
        }
    }

    public void Dispose() => Expiry.Dispose();

    private ApiResponse HandleResource(ApiRequest request, SandboxUser user)
    {
        var info = request.Info;
        var catalog = Catalog;
        if (!catalog.HasGroupVersion(info.Group, info.Version))
            return DiscoveryHandler.NotFound();
        var resource = catalog.Find(info.Group, info.Version, info.Resource) ?? throw ApiStatus.NoSuchResource();
        CheckPath(info, resource);
        var representation = ContentNegotiation.Choose(request.Header("Accept"), Offered(info.Verb))
            ?? throw ApiStatus.NotAcceptable(_options.Rules);
        return info.Verb switch
        {
            "get" => _reader.Get(request, resource, representation),
            "list" => _reader.List(request, resource, representation),
            "watch" => _watches.Watch(request, resource, representation),
            "create" when resource.Strategy is ReviewStrategy =>
                AccessReviews.Answer(user, resource, _bodies.ReadObject(request, resource, [])),
            "create" => _writes.Create(request, resource, representation),
            "update" => _writes.Update(request, resource, representation),
            "patch" => _writes.Patch(request, resource, representation),
            "delete" => _deletes.Delete(request, resource),
            _ => _deletes.DeleteCollection(request, resource),
        };
    }

    private static Representation[] Offered(string verb) => verb switch
    {
        "get" => [Representation.Table, Representation.PartialMetadata],
        "list" => [Representation.Table, Representation.PartialMetadataList],
        _ => [Representation.Table],
    };

    /// <summary>Whether the path leads to the resource, and the method is one of its verbs.</summary>
    private static void CheckPath(RequestInfo info, Resource resource)
    {
        var misplaced = resource.Namespaced ? info.Namespace.Length == 0 && info.Name.Length > 0 : info.Namespace.Length > 0;
        if (misplaced || info.Subresource is not ("" or "status") || info.Subresource == "status" && !resource.HasStatus)
            throw ApiStatus.NoSuchResource();
        var needsName = info.Verb is "update" or "patch";
        var needsNamespace = resource.Namespaced && info.Verb is ("create" or "deletecollection");
        if (!resource.Verbs.Contains(info.Verb)
            || needsName && info.Name.Length == 0
            || info.Verb == "create" && info.Name.Length > 0
            || needsNamespace && info.Namespace.Length == 0
            || info.Subresource.Length > 0 && info.Verb is not ("get" or "update" or "patch"))
        {
            throw ApiStatus.MethodNotAllowed();
        }
    }
}
