using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>A session on a sandbox, with the thread of the pipeline played by the test.</summary>
internal sealed class CmdletBench : IAsyncDisposable
{
    public const string Definition = """
        {
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "redises.cache.example.com" },
          "spec": {
            "group": "cache.example.com", "scope": "Namespaced",
            "names": { "plural": "redises", "singular": "redis", "kind": "Redis", "shortNames": ["rd"] },
            "versions": [{ "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }]
          }
        }
        """;

    private readonly string? _token;

    public CmdletBench(TimeProvider? time = null, params SandboxUser[] users)
    {
        Sandbox = new KubernetesSandbox(new SandboxOptions { Users = users, TimeProvider = time ?? TimeProvider.System });
        Sandbox.Put(Definition);
        _token = users.FirstOrDefault()?.Token;
        Session = NewSession(time);
        Pump = new MessagePump(Messages.Add);
    }

    public KubernetesSandbox Sandbox { get; }

    public ClusterSession Session { get; }

    public MessagePump Pump { get; }

    /// <summary>What was passed on to the pipeline.</summary>
    public List<CmdletMessage> Messages { get; } = [];

    public IEnumerable<KubeEvent> Events => Messages.SelectMany(message => message switch
    {
        EventMessage one => [one.Event],
        EventsMessage several => several.Events,
        _ => Array.Empty<KubeEvent>(),
    });

    public IEnumerable<CmdletError> Errors => Messages.OfType<ErrorMessage>().Select(message => message.Error);

    /// <summary>Another session on the same sandbox.</summary>
    public ClusterSession NewSession(TimeProvider? time = null, string? spoolPath = null, BackgroundWrites? background = null, string? context = null)
    {
        var configuration = new ClusterConfiguration { Server = new Uri("http://sandbox/"), Token = _token, ContextName = context };
        return Clusters.Session(Clusters.Over(Sandbox.CreateHandler(), configuration, time), spoolPath, time, background);
    }

    /// <summary>Stores a Redis and gives the reference to it; with another uid than the one that is there, it is made anew.</summary>
    public ObjectReference Redis(string name, string inNamespace = "default", string? uid = null, string group = "cache.example.com")
    {
        if (inNamespace != "default")
            Sandbox.CreateNamespace(inNamespace);
        var stored = System.Text.Json.Nodes.JsonNode.Parse(Sandbox.Put(
            $$"""{ "apiVersion": "{{group}}/v1", "kind": "Redis", "metadata": { "name": "{{name}}", "namespace": "{{inNamespace}}"{{(uid is null ? "" : $", \"uid\": \"{uid}\"")}} } }"""))!;
        return ObjectReferenceReader.Default.Read(stored);
    }

    public KnownTarget Known(string name)
    {
        var reference = Redis(name);
        return new KnownTarget(reference, reference);
    }

    public void Run(Func<CancellationToken, Task> work, CancellationToken cancellationToken = default) =>
        Pump.Run(Task.Run(() => work(cancellationToken), CancellationToken.None), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
