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

    private readonly ClusterConnection _connection;

    public CmdletBench(TimeProvider? time = null, params SandboxUser[] users)
    {
        Sandbox = new KubernetesSandbox(new SandboxOptions { Users = users, TimeProvider = time ?? TimeProvider.System });
        Sandbox.Put(Definition);
        _connection = Clusters.Over(Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/"), Token = users.FirstOrDefault()?.Token }, time);
        Session = new ClusterSession(_connection, time);
        Pump = new MessagePump(Messages.Add);
    }

    public KubernetesSandbox Sandbox { get; }

    public ClusterSession Session { get; }

    public MessagePump Pump { get; }

    /// <summary>What was passed on to the pipeline.</summary>
    public List<CmdletMessage> Messages { get; } = [];

    public IEnumerable<KubeEvent> Events => Messages.OfType<EventMessage>().Select(message => message.Event);

    public IEnumerable<CmdletError> Errors => Messages.OfType<ErrorMessage>().Select(message => message.Error);

    /// <summary>Stores a Redis and gives the reference to it.</summary>
    public ObjectReference Redis(string name, string inNamespace = "default")
    {
        if (inNamespace != "default")
            Sandbox.CreateNamespace(inNamespace);
        var stored = System.Text.Json.Nodes.JsonNode.Parse(Sandbox.Put(
            $$"""{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "name": "{{name}}", "namespace": "{{inNamespace}}" } }"""))!;
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
