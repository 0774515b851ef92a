using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>What goes wrong once with a request over a real socket: it is tried again, and the count on the server is exact.</summary>
public class RetryMatrixTests
{
    private static readonly Dictionary<string, Func<Fault>> Faults = new()
    {
        ["a reset before the request is applied"] = Fault.Reset,
        ["a reset in the middle of the request"] = Fault.ResetInRequest,
        ["a connection that is closed"] = Fault.Close,
        ["an answer lost by a reset"] = Fault.LoseAnswerByReset,
        ["an answer lost by the end of the connection"] = Fault.LoseAnswer,
        ["a slow server"] = () => Fault.Delay(TimeSpan.FromMilliseconds(50)),
        ["a server slower than the timeout"] = () => Fault.Delay(TimeSpan.FromMilliseconds(450)),
        ["a server that hangs"] = Fault.Hang,
        ["a server that hangs after it applied the request"] = Fault.HangAfterApplying,
        ["408"] = () => Fault.Status(408, "Timeout", "the request took too long"),
        ["429"] = () => Fault.TooManyRequests(),
        ["429 with seconds"] = () => Fault.TooManyRequests(TimeSpan.FromSeconds(1)),
        ["429 with a date"] = () => Fault.TooManyRequests(TimeProvider.System.GetUtcNow().AddSeconds(2)),
        ["500"] = () => Fault.Status(500, "InternalError", "etcdserver: leader changed"),
        ["502 of a proxy"] = () => Fault.Answer(502, "text/html", "<html><body>Bad Gateway</body></html>"),
        ["503"] = () => Fault.Status(503, "ServiceUnavailable", "the server is starting"),
        ["504"] = () => Fault.Status(504, "Timeout", "etcdserver: request timed out"),
        ["409 without another writer"] = () => Fault.Status(409, "Conflict", "the object has been modified"),
        ["a body that is no JSON"] = () => Fault.Answer(200, "text/html", "<html><body>Please log in</body></html>"),
        ["a body that is cut"] = () => Fault.CutBody(100),
        ["a body that is reset"] = () => Fault.ResetBody(100),
        ["a body that stops"] = () => Fault.StallBody(100),
    };

    public static readonly TheoryData<string> Names = new(Faults.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_a_fault_of_create_and_of_patch_the_count_is_exact(string name)
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox, writeTimeout: TimeSpan.FromMilliseconds(300));

        for (var count = 1; count <= 3; count++)
        {
            if (count < 3)
                sandbox.Faults.Next(Faults[name]());
            var outcome = await run.RecordAsync();
            Assert.Equal(count, outcome.Event?.Count);
        }

        await run.AssertCountsAsync(3);
        Assert.Equal(2, sandbox.Requests.Count(request => request.Fault is not null));
        run.AssertAddsUp(3);
    }

    [Theory]
    [InlineData("429 with seconds")]
    [InlineData("429 with a date")]
    public async Task The_server_says_when_to_come_again(string name)
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        sandbox.Faults.Next(Faults[name]());

        Assert.True((await run.RecordAsync()).IsOnServer);

        // A header in whole seconds; the backoff of the first retry alone is 0.2 s at most.
        Assert.InRange(Assert.Single(run.Observer.Retries).Delay, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(2.2));
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again_until_somebody_listens()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox, options => options with { Observers = [.. options.Observers, new OnRetry(sandbox.AcceptConnections)] });
        sandbox.RefuseConnections();

        Assert.Equal(1, (await run.RecordAsync()).Event?.Count);

        Assert.NotEmpty(run.Observer.Retries);
        await run.AssertCountsAsync(1);
        run.AssertAddsUp(1);
    }

    [Fact]
    public async Task With_every_third_request_going_wrong_in_one_way_or_another_all_counts_are_exact()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox, options => options with { WriteDeadline = TimeSpan.FromMinutes(10) });
        for (var kind = 0; kind < 4; kind++)
            sandbox.Faults.Sometimes(0.1, kind, kind switch { 0 => Fault.Reset(), 1 => Fault.LoseAnswerByReset(), 2 => Fault.CutBody(50), _ => Fault.Status(503, "ServiceUnavailable", "not now") });

        for (var round = 0; round < 12; round++)
        {
            for (var series = 0; series < 10; series++)
                Assert.True(run.Recorder.Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"message {series}"));
            if (round % 4 == 0)
                await run.Broadcaster.FlushAsync();
        }

        await run.Broadcaster.FlushAsync();
        sandbox.Faults.Clear();
        await run.AssertCountsAsync([.. Enumerable.Repeat(12, 10)]);
        run.AssertAddsUp(120);
    }

    private sealed class OnRetry(Action act) : IEventObserver
    {
        private int _retries;

        public void Retrying(EventRetry retry)
        {
            if (++_retries == 2)
                act();
        }
    }
}
