using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>The recorder of <c>New-KubeEventRecorder</c> on a server that never says where one of the objects is.</summary>
public sealed class KubeEventRecorderTests : IAsyncTeardown
{
    // More than the rate limit lets through at once.
    private const int Reasons = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _time = new();
    private readonly CmdletBench _bench;
    private readonly ClusterSession _session;
    private int _leases = 1;

    public KubeEventRecorderTests()
    {
        _bench = new CmdletBench(_time);
        _session = Clusters.Session(Clusters.Over(new HangingLookup(_bench.Sandbox.CreateHandler()), time: _time), time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.CloseAsync(TimeSpan.Zero);
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_lookup_that_hangs_costs_none_of_what_the_rate_limit_holds_at_the_end()
    {
        var recorder = Record();
        var closing = recorder.CloseAsync(TimeSpan.FromSeconds(10));
        await SpoolRun.Until(() => recorder.Statistics.Created == Reasons);
        _time.Advance(TimeSpan.FromSeconds(5));
        await closing.WaitAsync(Patience);
        Assert.Equal((Reasons, 0), (recorder.Statistics.Created, recorder.Statistics.Unknown));
        Assert.Equal(0, _leases);
    }

    [Fact]
    public async Task A_flush_writes_what_the_rate_limit_holds_while_a_lookup_hangs()
    {
        var recorder = Record();
        var flushing = recorder.FlushAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        await SpoolRun.Until(() => recorder.Statistics.Created == Reasons);
        _time.Advance(TimeSpan.FromSeconds(10));
        var flushed = await flushing.WaitAsync(Patience);
        Assert.Equal(1, flushed.Pending);
        Assert.InRange(flushed.Written, 1, Reasons);
        await recorder.CloseAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_flush_that_another_runspace_closes_the_recorder_under_says_what_was_written()
    {
        var recorder = Record();
        var flushing = recorder.FlushAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        await SpoolRun.Until(() => recorder.Statistics.Created == Reasons);
        await recorder.CloseAsync(TimeSpan.Zero).WaitAsync(Patience);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.InRange((await flushing.WaitAsync(Patience)).Written, 1, Reasons);
    }

    [Fact]
    public void One_that_cannot_be_made_leaves_nothing_open()
    {
        var error = Assert.Throws<ArgumentException>(() => NewRecorder(" "));
        Assert.StartsWith("The component is empty: it says who records", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _leases);
        Assert.Equal(0, _time.ActiveTimers);
    }

    private KubeEventRecorder NewRecorder(string component) => new(new Lease<ClusterSession>(_session, () => _leases--), new EventReporter(component), null, null);

    private KubeEventRecorder Record()
    {
        var recorder = NewRecorder("redis-operator");
        var redis = _bench.Redis("r1");
        for (var i = 0; i < Reasons; i++)
            recorder.Event(redis, EventType.Normal, $"Reason{(char)('A' + i)}", "m");
        recorder.Event("redis/hangs", EventType.Normal, "Started", "m");
        return recorder;
    }

    private sealed class HangingLookup(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/redises/hangs", StringComparison.Ordinal))
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
