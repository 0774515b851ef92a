using EventRecording.Sandbox;

namespace EventRecording.Contract;

/// <summary>A client's sink and source, over a sandbox.</summary>
/// <param name="Sink">The sink.</param>
/// <param name="Source">The source.</param>
/// <param name="Client">What is disposed afterwards.</param>
public sealed record SandboxClientSeams(IEventSink Sink, IEventSource Source, IDisposable Client);

/// <summary>Stores that are a sandbox.</summary>
public static class SandboxStore
{
    /// <param name="setup">What the test asks for.</param>
    /// <param name="connect">Makes a client of the sandbox.</param>
    public static ContractStore Open(ContractSetup setup, Func<KubernetesSandbox, SandboxClientSeams> connect)
    {
        var user = new SandboxUser("system:anonymous", null, SandboxRule.Everything);
        var sandbox = KubernetesSandbox.Start(new SandboxOptions
        {
            Users = [user],
            BookmarkInterval = setup.BookmarkInterval,
            CompactedWatch = setup.TooOld == TooOld.EndWithoutFrame ? CompactedWatch.Close : CompactedWatch.ErrorFrame,
        });
        var http = new HttpClient(sandbox.CreateHandler()) { BaseAddress = sandbox.Address };
        var client = connect(sandbox);
        return new ContractStore(client.Sink, client.Source)
        {
            Server = sandbox,
            User = user,
            Compact = () => Compact(sandbox, setup.TooOld),
            DeleteAsync = async kubeEvent => (await http.DeleteAsync(new Uri($"api/v1/namespaces/{kubeEvent.Namespace}/events/{kubeEvent.Name}", UriKind.Relative))).EnsureSuccessStatusCode(),
            CloseAsync = () =>
            {
                client.Client.Dispose();
                http.Dispose();
                return sandbox.DisposeAsync();
            },
        };
    }

    private static void Compact(KubernetesSandbox sandbox, TooOld tooOld)
    {
        sandbox.Compact();
        if (tooOld == TooOld.Status)
            sandbox.Faults.Always(Fault.Status(410, "Expired", "too old resource version"), request => request.Verb == "watch");
    }
}
