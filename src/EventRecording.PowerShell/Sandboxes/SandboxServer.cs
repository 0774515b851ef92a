using EventRecording.Sandbox;

namespace EventRecording.PowerShell;

/// <summary>A sandbox that listens. The only class that refers to its assembly, which is loaded when the first one is started.</summary>
internal sealed class SandboxServer : IDisposable
{
    private const int Refused = 403;
    private const int TooManyRequests = 429;
    private static readonly string[] Writes = ["create", "patch"];
    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();

    public Uri Address => _sandbox.Address;

    public string Kubeconfig => _sandbox.Kubeconfig;

    /// <summary>Stores objects, given as <c>kind/name</c> or JSON.</summary>
    /// <returns>The references to them.</returns>
    /// <exception cref="ArgumentException">One of them is no object.</exception>
    public IReadOnlyList<ObjectReference> Add(IEnumerable<string> objects) =>
        [.. objects.Select(given => ObjectReferenceReader.Default.Read(System.Text.Json.Nodes.JsonNode.Parse(_sandbox.Add(given))!))];

    /// <summary>Nothing is there any more, as far as the network can tell.</summary>
    public void BeginOutage()
    {
        _sandbox.RefuseConnections();
        _sandbox.DropConnections();
    }

    public void EndOutage() => _sandbox.AcceptConnections();

    public void FailWrites(int count, int status)
    {
        for (var i = 0; i < count; i++)
            _sandbox.Faults.Next(Failure(status), request => request.Resource == "events" && Writes.Contains(request.Verb));
    }

    /// <summary>From now on everything works.</summary>
    public void Repair()
    {
        _sandbox.Faults.Clear();
        EndOutage();
    }

    public void Dispose() => _sandbox.Dispose();

    private static Fault Failure(int status) => status switch
    {
        Refused => Fault.ForbiddenByAdmission("the sandbox was told to refuse this write"),
        TooManyRequests => Fault.TooManyRequests(),
        _ => Fault.Status(status, "SandboxFailure", "the sandbox was told to fail this write"),
    };
}
