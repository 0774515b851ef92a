using YourOperator;

namespace EventRecording.Contract;

/// <summary>The sink that <c>docs/own-store.md</c> shows.</summary>
public sealed class HttpEventSinkContractTests : EventSinkContract
{
    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => Task.FromResult(SandboxStore.Open(setup, sandbox =>
    {
        var http = new HttpClient { BaseAddress = sandbox.Address, Timeout = setup.RequestTimeout };
        var sink = new HttpEventSink(http);
        return new SandboxClientSeams(sink, new NoSource(), http);
    }));

    private sealed class NoSource : IEventSource
    {
        public ValueTask<EventPage> ListAsync(EventListRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<WatchFrame> WatchAsync(EventWatchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
