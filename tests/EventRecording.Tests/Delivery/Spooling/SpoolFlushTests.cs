using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>What a flush does with the time that it has.</summary>
public sealed class SpoolFlushTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly SpoolRun _run = new();
    private readonly FaultySink _sink = new();
    private readonly DateTimeOffset _start;
    private int _looks;

    public SpoolFlushTests() => _start = _time.GetUtcNow();

    public static TheoryData<Exception> Passing =>
    [
        ApiErrors.Of(503, "ServiceUnavailable"),
        ApiErrors.Of(429, "TooManyRequests", retryAfter: Outage),
        new ClusterConnectionException(ClusterConnectionFailure.Broken, "reset"),
    ];

    public static TheoryData<Exception> Lasting =>
    [
        new ClusterConnectionException(ClusterConnectionFailure.Unreachable, "connection refused"),
        ApiErrors.Of(401, "Unauthorized"),
        ApiErrors.Of(429, "TooManyRequests", retryAfter: Deadline + Outage),
    ];

    private TimeSpan Elapsed => _time.GetUtcNow() - _start;

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task It_asks_again_while_an_answer_passes(Exception error)
    {
        await KeepAsync();
        _sink.Fault = _ => Elapsed < Outage ? SinkFault.Answer(error) : null;
        await using var broadcaster = Start();

        var flushed = await FinishAsync(broadcaster.FlushAsync(Deadline));

        Assert.Equal((3, 0, true), (flushed.Written, flushed.Spooled, flushed.IsComplete));
        Assert.InRange(Elapsed, Outage, Deadline / 2);
        Assert.Equal(3, _sink.Server.Events.Count);
    }

    [Fact]
    public async Task It_asks_no_sooner_than_the_server_says()
    {
        await KeepAsync();
        _sink.Fault = _ => Elapsed < Outage ? SinkFault.Answer(ApiErrors.Of(429, "TooManyRequests", retryAfter: Outage)) : null;
        await using var broadcaster = Start();

        Assert.True((await FinishAsync(broadcaster.FlushAsync(Deadline))).IsComplete);

        // One question of the round at the start, if it came first; one of the flush, and one when it may.
        Assert.InRange(_sink.Requests.Count(request => request.IsRead && request.Name == _sink.Requests[0].Name), 2, 3);
    }

    [Fact]
    public async Task It_sends_again_what_was_left_behind_a_good_answer()
    {
        await KeepAsync();
        _sink.Fault = request => !request.IsRead && Elapsed < Outage * 3 ? SinkFault.Answer(ApiErrors.Of(503, "ServiceUnavailable")) : null;
        await using var broadcaster = Start();

        Assert.True((await FinishAsync(broadcaster.FlushAsync(Deadline))).IsComplete);

        Assert.Equal([1, 1, 1], _sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_ends_at_its_deadline_or_without_one_when_a_write_would(bool hasDeadline)
    {
        await KeepAsync();
        _sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(503, "ServiceUnavailable"));
        await using var broadcaster = Start(options => options with { WriteDeadline = hasDeadline ? TimeSpan.FromMinutes(5) : Deadline });

        var flushed = await FinishAsync(broadcaster.FlushAsync(hasDeadline ? Deadline : null));

        Assert.Equal((0, 3), (flushed.Written, flushed.Spooled));
        Assert.Equal(Deadline, Elapsed);
    }

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task It_waits_for_nothing_where_that_is_of_no_use(Exception error)
    {
        await KeepAsync();
        _sink.Fault = _ => SinkFault.Answer(error);
        await using var broadcaster = Start();

        Assert.Equal(3, (await broadcaster.FlushAsync(Deadline).WaitAsync(Deadline)).Spooled);

        Assert.Equal(TimeSpan.Zero, Elapsed);
    }

    [Fact]
    public async Task Its_wait_ends_with_the_broadcaster()
    {
        await KeepAsync();
        _sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(503, "ServiceUnavailable"));
        var broadcaster = Start();
        var flush = broadcaster.FlushAsync(Deadline);
        await SpoolRun.Until(() => _sink.Requests.Count > 0);

        await broadcaster.DisposeAsync().AsTask().WaitAsync(Deadline);

        Assert.Equal(3, (await flush.WaitAsync(Deadline)).Spooled);
        Assert.Equal(TimeSpan.Zero, Elapsed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_waits_for_what_somebody_else_is_sending(bool isSent)
    {
        await KeepAsync(1);
        using var held = new HeldEntry(Assert.Single(_run.Files));
        await using var broadcaster = Start();
        var flush = broadcaster.FlushAsync(Deadline);

        await SpoolRun.Until(() => FireNext() && Elapsed > TimeSpan.FromSeconds(1));
        Assert.False(flush.IsCompleted);
        if (isSent)
            File.Delete(_run.Files[0]);
        held.Dispose();

        Assert.Equal((isSent ? 0 : 1, true), await FinishAsync(flush) is var flushed ? (flushed.Written, flushed.IsComplete) : default);
        Assert.True(broadcaster.IsIdle);
        Assert.InRange(Elapsed, TimeSpan.FromSeconds(1), Deadline / 2);
    }

    [Fact]
    public async Task What_somebody_else_is_sending_lies_there_at_the_deadline()
    {
        await KeepAsync(1);
        using var held = new HeldEntry(Assert.Single(_run.Files));
        await using var broadcaster = Start();

        Assert.Equal(1, (await FinishAsync(broadcaster.FlushAsync(Deadline))).Spooled);

        Assert.Equal(Deadline, Elapsed);
    }

    [Fact]
    public async Task A_broadcaster_is_idle_soon_after_somebody_else_has_sent_the_last_and_looks_once_a_second_for_who_asks()
    {
        await KeepAsync();
        _sink.Fault = _ => SinkFault.Answer(new ClusterConnectionException(ClusterConnectionFailure.Unreachable, "connection refused"));
        await using var broadcaster = Start(options => options with { Spool = _run.Spool with { ListFiles = Look } });
        // The second comes behind the round of the start, or before it and asks in its place.
        await broadcaster.FlushAsync();
        await SpoolRun.Until(() => Volatile.Read(ref _looks) == 5);
        foreach (var file in _run.Files)
            File.Delete(file);
        Assert.False(broadcaster.IsIdle);
        Assert.False(broadcaster.IsIdle);
        Assert.Equal(5, Volatile.Read(ref _looks));

        _time.Advance(TimeSpan.FromSeconds(1));

        await SpoolRun.Until(() => broadcaster.IsIdle);
        Assert.Equal(6, Volatile.Read(ref _looks));
    }

    private IEnumerable<FileInfo> Look(DirectoryInfo directory)
    {
        Interlocked.Increment(ref _looks);
        return directory.EnumerateFiles();
    }

    private async Task KeepAsync(int count = 3)
    {
        for (var i = 0; i < count; i++)
            await _run.RecordAsync(ServerMood.Refuses, configure: options => options with { Observers = [] }, occurrence: SpoolRun.ScaledUp with { Message = $"replicas set to {i}" });
    }

    private EventBroadcaster Start(Func<EventBroadcasterOptions, EventBroadcasterOptions>? configure = null) =>
        _run.Start(options => (configure ?? (static it => it))(options with { TimeProvider = _time, WriteDeadline = TimeSpan.FromMinutes(2) }), _sink);

    // No further than a wait between two tries is long: what is under way has no timer.
    private bool FireNext()
    {
        _time.AdvanceToNextTimer(TimeSpan.FromSeconds(12));
        return true;
    }

    private async Task<FlushResult> FinishAsync(Task<FlushResult> flush)
    {
        await SpoolRun.Until(() => FireNext() && flush.IsCompleted);
        return await flush;
    }
}
