using EventRecording.Cluster;
using EventRecording.Sandbox;

namespace EventRecording.Contract;

public sealed class ClusterSinkOverTcpContractTests : EventSinkContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => ClusterStore.OpenAsync(setup, overTcp: true);
}

public sealed class ClusterSinkInProcessContractTests : EventSinkContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => ClusterStore.OpenAsync(setup, overTcp: false);
}

public sealed class ClusterSourceOverTcpContractTests : EventSourceContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => ClusterStore.OpenAsync(setup, overTcp: true);
}

public sealed class ClusterSourceInProcessContractTests : EventSourceContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => ClusterStore.OpenAsync(setup, overTcp: false);
}

internal static class ClusterStore
{
    public static Task<ContractStore> OpenAsync(ContractSetup setup, bool overTcp) => Task.FromResult(SandboxStore.Open(setup, sandbox => Connect(sandbox, setup, overTcp)));

    private static SandboxClientSeams Connect(KubernetesSandbox sandbox, ContractSetup setup, bool overTcp)
    {
        var connection = new ClusterConnection(
            new ClusterConfiguration { Server = sandbox.Address, Origin = "the contract" },
            new ClusterConnectionOptions { RequestTimeout = setup.RequestTimeout, WriteTimeout = setup.RequestTimeout, Handler = overTcp ? null : sandbox.CreateHandler() });
        return new SandboxClientSeams(new ClusterEventSink(connection), new ClusterEventSource(connection), connection);
    }
}
