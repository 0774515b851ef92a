using EventRecording.Benchmarks;

// Lists all events once and prints how many there were, or how many bytes: list, list-sorted or fetch, and the address of the server.
Console.WriteLine(args switch
{
    ["list", var server] => await ListClients.ListAsync(new Uri(server), sorted: false),
    ["list-sorted", var server] => await ListClients.ListAsync(new Uri(server), sorted: true),
    ["fetch", var server] => await ListClients.FetchAsync(new Uri(server)),
    _ => throw new ArgumentException("Usage: list|list-sorted|fetch ADDRESS"),
});
