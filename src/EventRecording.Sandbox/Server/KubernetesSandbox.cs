using System.Net;
using System.Text;

namespace EventRecording.Sandbox;

/// <summary>A small Kubernetes API server for events, in memory: for tests, for demos and for trying out.</summary>
public sealed class KubernetesSandbox : IAsyncDisposable, IDisposable
{
    private readonly ApiServer _api;
    private readonly Backend _backend;
    private readonly TcpServer _server;

    /// <summary>A sandbox without a port, to be talked to through <see cref="CreateHandler"/>.</summary>
    public KubernetesSandbox(SandboxOptions? options = null)
    {
        Options = options ?? new SandboxOptions();
        _api = new ApiServer(Options);
        _backend = new Backend(_api, Options);
        _server = new TcpServer(_backend);
    }

    /// <summary>What the sandbox does not do as a kube-apiserver does, each with the reason, or with what happens instead.</summary>
    public static IReadOnlyList<string> Limitations { get; } =
    [
        "protobuf: only JSON is served; a client that takes nothing else gets 406, one that sends it gets 415",
        "server-side apply: it needs a manager for every field; kubectl apply works without it, an apply patch gets 415",
        "field managers: managedFields are accepted and dropped, they matter to server-side apply only",
        "errors of the decoder: a value of a wrong type gets the status and the reason of every version, in the words of the newer ones",
        "other resources: only events, namespaces, custom resources with their definitions, and access reviews are served",
        "descriptions of columns: kubectl does not show them, so they are empty",
        "facts of the build: /version tells which rules are followed and that this is the sandbox",
        "YAML: requests and answers are JSON only, which is what kubectl sends and asks for",
        "schemas of custom resources: objects are neither validated nor pruned against the OpenAPI schema of their definition",
        "OpenAPI: v3 says which kinds there are and that the server validates fields; no v2, no documentation for kubectl explain",
        "watch paths: the old paths /api/v1/watch/… are not served; use the parameter watch",
        "webhooks, quotas, priority and fairness: only the rules of events and namespaces refuse anything; use a fault plan for more",
        "TLS: the server speaks HTTP/1.1 in clear on the loopback address; kubectl sends no token over it",
    ];

    /// <summary>How it behaves.</summary>
    public SandboxOptions Options { get; }

    /// <summary>What goes wrong, and with which requests.</summary>
    public FaultPlan Faults => _backend.Faults;

    /// <summary>Address of the server; of no server as long as it has no port.</summary>
    public Uri Address => new($"http://{IPAddress.Loopback}:{_server.Port}/");

    /// <summary>A kubeconfig for the server, with the token of the first user that has one.</summary>
    public string Kubeconfig => KubeconfigText.For(Address, Options.Users);

    /// <summary>The latest requests, in the order in which they were read; see <see cref="SandboxOptions.RequestLogLimit"/>.</summary>
    public IReadOnlyList<SandboxRequest> Requests => _backend.Log.Latest;

    /// <summary>Version of the latest write.</summary>
    public long ResourceVersion => _api.Store.Current.Version;

    /// <summary>A sandbox that listens on the loopback address.</summary>
    public static KubernetesSandbox Start(SandboxOptions? options = null)
    {
        var sandbox = new KubernetesSandbox(options);
        sandbox.AcceptConnections();
        return sandbox;
    }

    /// <summary>A handler for <see cref="HttpClient"/> that answers without a network, whatever host is asked.</summary>
    public HttpMessageHandler CreateHandler() => new SandboxMessageHandler(_backend);

    /// <summary>Starts to listen, on the same port again after <see cref="RefuseConnections"/>.</summary>
    public void AcceptConnections() => _server.Start(Options.Port);

    /// <summary>Stops to listen: new connections are refused. Those that are made stay.</summary>
    public void RefuseConnections() => _server.StopListening();

    /// <summary>Breaks all connections, watches too, with a reset.</summary>
    public void DropConnections() => _backend.DropConnections();

    /// <summary>Takes a backup.</summary>
    public SandboxSnapshot TakeSnapshot() => new(_api.Store.Current);

    /// <summary>Breaks all connections, as a restart does; with a snapshot the state and its version go back to it.</summary>
    public void Restart(SandboxSnapshot? restored = null)
    {
        if (restored is not null)
        {
            _api.Store.Restore(restored.State);
            _api.Expiry.Reset();
        }
        DropConnections();
    }

    /// <summary>Forgets all versions before a given one, by default before the present one: watches and pages from there get 410.</summary>
    public void Compact(long? version = null) => _api.Store.Compact(version ?? ResourceVersion);

    /// <summary>Creates a namespace.</summary>
    public void CreateNamespace(string name) => _api.CreateNamespace(name);

    /// <summary>
    /// Ends a namespace that is held in the phase Terminating; see
    /// <see cref="SandboxOptions.HoldTerminatingNamespaces"/>.
    /// </summary>
    public void FinishNamespace(string name) => _api.Namespaces.Finish(name);

    /// <summary>Stores an object as it is, past all rules, new or in the place of another; uid and creation time are filled in.</summary>
    /// <param name="json">The object with apiVersion, kind and metadata; its kind must be known.</param>
    /// <returns>The object as it is served.</returns>
    /// <exception cref="ArgumentException">The JSON is none, or names a kind that is not known.</exception>
    public string Put(string json)
    {
        var source = SeedObject.Read(json);
        var (version, kind) = (source.Text("apiVersion"), source.Text("kind"));
        var resource = Find(version, kind)
            ?? throw new ArgumentException($"The sandbox knows no kind {kind} in {version}: define it first.", nameof(json));
        var stored = _api.Writer.Put(resource, resource.Strategy.Decode(source, []));
        return Encoding.UTF8.GetString(ListWriter.WriteObject(resource, stored));
    }

    /// <summary>Stores an object as <see cref="Put"/> does, after its kind has been defined and its namespace created where they are not there.</summary>
    /// <param name="source">The object as JSON, or <c>kind/name</c>: kinds of every cluster, those of the demo, else one in the group example.com.</param>
    /// <returns>The object as it is served.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public string Add(string source)
    {
        var seed = SeedObject.Parse(source);
        var resource = Find(seed.Kind.ApiVersion, seed.Kind.Kind) ?? Define(seed.Kind);
        if (resource.Namespaced)
            EnsureNamespace(seed.CompleteNamespace());
        if (resource.Strategy is DefinitionStrategy definitions)
            definitions.PrepareForCreate(seed.Source);
        return Put(Encoding.UTF8.GetString(JsonText.Write(seed.Source)));
    }

    /// <summary>Stores the objects of the demo: redis/my-op-redis, devbox/my-devbox and terminal/my-terminal, in the namespace default.</summary>
    public void AddDemoObjects()
    {
        foreach (var demo in DemoObject.All)
            Add(demo.Source.ToJsonString());
    }

    /// <summary>Counts requests by verb of the API and plural name of the resource; <see langword="null"/> for any.</summary>
    public int Count(string? verb = null, string? resource = null) => _backend.Log.Count(verb, resource);

    /// <summary>Forgets the requests so far.</summary>
    public void ClearRequests() => _backend.Log.Clear();

    /// <summary>Stops the server and breaks what is connected.</summary>
    public void Dispose()
    {
        _server.Close();
        _backend.Dispose();
        _api.Dispose();
    }

    /// <summary>Stops the server and breaks what is connected.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private Resource? Find(string apiVersion, string kind) =>
        _api.Catalog.All.FirstOrDefault(resource => resource.GroupVersion == apiVersion && resource.Kind == kind);

    private Resource Define(ObjectKind kind)
    {
        Add(kind.Definition.ToJsonString());
        return Find(kind.ApiVersion, kind.Kind)!;
    }

    private void EnsureNamespace(string name)
    {
        if (_api.Store.Current.Find("namespaces/" + name) is null)
            CreateNamespace(name);
    }
}
