using EventRecording.Benchmarks;

// Lists all events, or those of one namespace, once and prints how many there were, or how many bytes. The environment names the kubeconfig.
Console.WriteLine(args switch
{
    ["list", .. var namespaces] => await ListClients.ListAsync(namespaces, sorted: false),
    ["list-sorted"] => await ListClients.ListAsync([], sorted: true),
    ["fetch"] => await ListClients.FetchAsync(),
    _ => throw new ArgumentException("Usage: list [NAMESPACE] | list-sorted | fetch"),
});
