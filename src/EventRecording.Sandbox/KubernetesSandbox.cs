using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Sandbox.Api;
using EventRecording.Sandbox.Demo;
using EventRecording.Sandbox.Http;
using EventRecording.Sandbox.Json;
using EventRecording.Sandbox.Resources;
using EventRecording.Sandbox.Seeding;

namespace EventRecording.Sandbox;

/// <summary>A small Kubernetes API server for events, in memory: for tests, for demos and for trying out.</summary>
/// <remarks>What it does not serve is listed in <see cref="Limitations"/>.</remarks>
public sealed class KubernetesSandbox : IAsyncDisposable, IDisposable
{
    private readonly ApiServer _api;
    private readonly RequestLog _log;
    private readonly TcpServer _server;
    private CancellationTokenSource _connections = new();

    /// <summary>A sandbox without a port, to be talked to through <see cref="CreateHandler"/>.</summary>
    public KubernetesSandbox(SandboxOptions? options = null)
    {
        Options = options ?? new SandboxOptions();
        _api = new ApiServer(Options);
        _log = new RequestLog(Options.RequestLogLimit);
        _server = new TcpServer(this);
    }

    /// <summary>How it behaves.</summary>
    public SandboxOptions Options { get; }

    /// <summary>What goes wrong, and with which requests.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Address of the server; of no server as long as it has no port.</summary>
    public Uri Address => new($"http://{IPAddress.Loopback}:{_server.Port}/");

    /// <summary>A kubeconfig for the server, with the token of the first user that has one.</summary>
    public string Kubeconfig => KubeconfigText.For(Address, Options.Users);

    /// <summary>The latest requests, in the order in which they were read; see <see cref="SandboxOptions.RequestLogLimit"/>.</summary>
    public IReadOnlyList<SandboxRequest> Requests => _log.Latest;

    /// <summary>Version of the latest write.</summary>
    public long ResourceVersion => _api.Store.Current.Version;

    /// <summary>Cancelled when all connections are dropped.</summary>
    internal CancellationToken Connections => Volatile.Read(ref _connections).Token;

    /// <summary>A sandbox that listens on the loopback address.</summary>
    public static KubernetesSandbox Start(SandboxOptions? options = null)
    {
        var sandbox = new KubernetesSandbox(options);
        sandbox.AcceptConnections();
        return sandbox;
    }

    /// <summary>A handler for <see cref="HttpClient"/> that answers without a network, whatever host is asked.</summary>
    public HttpMessageHandler CreateHandler() => new SandboxMessageHandler(this);

    /// <summary>Starts to listen, on the same port again after <see cref="RefuseConnections"/>.</summary>
    public void AcceptConnections() => _server.Start(Options.Port);

    /// <summary>Stops to listen: new connections are refused. Those that are made stay.</summary>
    public void RefuseConnections() => _server.StopListening();

    /// <summary>Breaks all connections, watches too, with a reset.</summary>
    public void DropConnections()
    {
        // Not disposed: a connection that is just being accepted may still ask for its token.
        Interlocked.Exchange(ref _connections, new CancellationTokenSource()).Cancel();
    }

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
        var source = Parse(json);
        var (version, kind) = (source.Text("apiVersion"), source.Text("kind"));
        var resource = _api.Catalog.All.FirstOrDefault(resource => resource.GroupVersion == version && resource.Kind == kind)
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
        var resource = Find(seed.Kind) ?? Define(seed.Kind);
        if (resource.Namespaced)
            EnsureNamespace(seed.CompleteNamespace());
        if (resource.Strategy is DefinitionStrategy definitions)
            definitions.PrepareForCreate(seed.Source);
        return Put(Encoding.UTF8.GetString(JsonText.Write(seed.Source)));
    }

    /// <summary>Stores the objects of the demo: redis/my-op-redis, devbox/my-devbox and terminal/my-terminal, in the namespace default.</summary>
    public void AddDemoObjects()
    {
        foreach (var resource in CustomResources.All)
        {
            Add(resource.Definition.ToJsonString());
            Add(resource.Object.ToJsonString());
        }
    }

    /// <summary>Counts requests by verb of the API and plural name of the resource; <see langword="null"/> for any.</summary>
    public int Count(string? verb = null, string? resource = null) => _log.Count(verb, resource);

    /// <summary>Forgets the requests so far.</summary>
    public void ClearRequests() => _log.Clear();

    /// <summary>Stops the server and breaks what is connected.</summary>
    public void Dispose()
    {
        _server.Close();
        Volatile.Read(ref _connections).Cancel();
        _api.Dispose();
    }

    /// <summary>Stops the server and breaks what is connected.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal Fault? ChooseFault(ApiRequest head) => Faults.Choose(new SandboxRequest(head));

    internal void Record(ApiRequest request, Fault? fault) => _log.Add(new SandboxRequest(request, fault));

    internal ApiResponse Handle(ApiRequest request) => _api.Handle(request);

    private Resource? Find(ObjectKind kind) =>
        _api.Catalog.All.FirstOrDefault(resource => resource.GroupVersion == kind.ApiVersion && resource.Kind == kind.Kind);

    private Resource Define(ObjectKind kind)
    {
        Add(kind.Definition.ToJsonString());
        return Find(kind)!;
    }

    private void EnsureNamespace(string name)
    {
        if (_api.Store.Current.Find("namespaces/" + name) is null)
            CreateNamespace(name);
    }

    private static JsonObject Parse(string json)
    {
        try
        {
            return JsonText.Parse(Encoding.UTF8.GetBytes(json)) as JsonObject
                ?? throw new ArgumentException("The object to store is no JSON object.", nameof(json));
        }
        catch (JsonSyntaxException e)
        {
            throw new ArgumentException("The object to store is no JSON: " + e.Message, nameof(json), e);
        }
    }
}
