using EventRecording.Contract;
using EventRecording.Sandbox;
using k8s;

namespace EventRecording.KubernetesClient.Tests;

public sealed class KubernetesClientSinkContractTests : EventSinkContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => KubernetesClientStore.OpenAsync(setup);
}

public sealed class KubernetesClientSourceContractTests : EventSourceContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => KubernetesClientStore.OpenAsync(setup);
}

internal static class KubernetesClientStore
{
    public static Task<ContractStore> OpenAsync(ContractSetup setup) => Task.FromResult(SandboxStore.Open(setup, sandbox => Connect(sandbox, setup)));

    public static Kubernetes Client(KubernetesSandbox sandbox) => new(new KubernetesClientConfiguration { Host = sandbox.Address.ToString() });

    private static SandboxClientSeams Connect(KubernetesSandbox sandbox, ContractSetup setup)
    {
        var client = Client(sandbox);
        return new SandboxClientSeams(
            new KubernetesClientEventSink(client) { RequestTimeout = setup.RequestTimeout }, new KubernetesClientEventSource(client) { RequestTimeout = setup.RequestTimeout }, client);
    }
}
