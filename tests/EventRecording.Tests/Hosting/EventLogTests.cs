using EventRecording.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventRecording.Tests.Hosting;

/// <summary>What the log says of events that were not written as usual.</summary>
public sealed class EventLogTests : HostedRecorderTests
{
    [Fact]
    public async Task Failures_retries_and_notices_are_logged_in_one_category()
    {
        var faulty = new FaultySink();
        Builder.Services.AddSingleton<IEventSink>(faulty.Next(SinkFault.Lost()));
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        await recorder.RecordAsync(TestRecorder.ScaledUp);
        faulty.Next(SinkFault.Answer(ApiErrors.Quota()));
        await recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "another" });
        faulty.Next(SinkFault.Answer(ApiErrors.Forbidden("create")));
        await recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "a third" });
        recorder.Event(new object(), EventType.Normal, "ScaledUp", "of nothing");
        await host.StopAsync();

        Assert.All(Log.Lines, line => Assert.Equal(EventRecorderServices.LogCategory, line.Category));
        Assert.Collection(
            Log.Lines,
            line => Assert.StartsWith("Debug: ScaledUp on redis/my-op-redis is tried again in ", $"{line.Level}: {line.Text}", StringComparison.Ordinal),
            line => Assert.StartsWith("Warning: Refused: 1 x Normal ScaledUp on redis/my-op-redis by redis-operator: The API server answered 403", $"{line.Level}: {line.Text}", StringComparison.Ordinal),
            line => Assert.StartsWith("Information: Events about objects in the namespace", $"{line.Level}: {line.Text}", StringComparison.Ordinal),
            line => Assert.StartsWith("Warning: Rejected: 1 x Normal ScaledUp on an object that cannot be read by redis-operator: The object of the type Object has no kind", $"{line.Level}: {line.Text}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_rejections_the_first_is_logged_at_once_and_then_their_number()
    {
        var time = new FakeTimeProvider(SampleEvents.Noon);
        Builder.Services.AddSingleton<TimeProvider>(time).AddEventRecorder("redis-operator");
        var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        Reject(1);
        AssertLogged("Rejected: 1 x Normal ScaledUp on an object that cannot be read by redis-operator: ");
        Reject(4);
        AssertLogged();
        time.Advance(TimeSpan.FromSeconds(10));
        AssertLogged("Rejected: 4 more, the latest Normal ScaledUp on an object that cannot be read by redis-operator: ");
        // It goes on: there is no other first line.
        Reject(3);
        AssertLogged();
        await host.StopAsync();
        AssertLogged("Rejected: 3 more, ");
        Reject(2);
        await ((IAsyncDisposable)host).DisposeAsync();
        AssertLogged("Rejected: 2 more, ");
        // Nobody would tell of them later.
        Reject(2);
        AssertLogged("Rejected: 1 x ", "Rejected: 1 x ");

        void Reject(int count)
        {
            for (var i = 0; i < count; i++)
                Assert.False(recorder.Event(new object(), EventType.Normal, "ScaledUp", "of nothing"));
        }
    }

    [Fact]
    public async Task After_an_interval_without_any_a_rejection_is_logged_at_once_again()
    {
        var time = new FakeTimeProvider(SampleEvents.Noon);
        Builder.Services.AddSingleton<TimeProvider>(time).AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        recorder.Event(new object(), EventType.Normal, "ScaledUp", "of nothing");
        time.Advance(TimeSpan.FromSeconds(10));
        AssertLogged("Rejected: 1 x ");
        recorder.Event(new object(), EventType.Normal, "ScaledUp", "of nothing");
        AssertLogged("Rejected: 1 x ");
    }

    [Fact]
    public async Task Of_many_that_are_given_up_ten_are_named_and_the_others_counted()
    {
        var time = new FakeTimeProvider(SampleEvents.Noon);
        Builder.Services.AddSingleton<IEventSink>(new FaultySink { Fault = _ => SinkFault.Answer(ApiErrors.Quota()) }).AddSingleton<TimeProvider>(time);
        Builder.Services.AddEventRecorder("redis-operator", options => options with { Combining = null, RateLimit = null });
        using var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        for (var i = 0; i < 25; i++)
            await recorder.RecordAsync(TestRecorder.ScaledUp with { Message = $"replicas: {i}" });
        AssertLogged(Enumerable.Repeat("Refused: 1 x Normal ScaledUp on redis/my-op-redis", 10).ToArray());
        time.Advance(TimeSpan.FromSeconds(10));
        AssertLogged("Refused: 15 more, the latest Normal ScaledUp on redis/my-op-redis");
    }

    [Fact]
    public async Task That_events_go_to_the_spool_is_logged_once_and_how_many_when_it_is_over()
    {
        var (run, time) = (new SpoolRun(), new FakeTimeProvider(SampleEvents.Noon));
        using var _ = run;
        run.Sink.Mood = ServerMood.Refuses;
        using var host = await StartWithSpoolAsync(run, time);
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        await KeepAsync(recorder, time);
        AssertLogged($"Events are kept in {run.Directory} until the cluster takes them: ");
        await KeepAsync(recorder, time);
        await KeepAsync(recorder, time);
        time.Advance(TimeSpan.FromSeconds(30));
        AssertLogged();

        run.Sink.Mood = ServerMood.Up;
        Assert.True((await recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "again" })).IsOnServer);
        time.Advance(TimeSpan.FromSeconds(10));
        AssertLogged($"The cluster takes events again; 3 were kept in {run.Directory}.");
        time.Advance(TimeSpan.FromSeconds(30));
        await host.StopAsync();
        AssertLogged();
    }

    [Fact]
    public async Task How_many_went_to_the_spool_is_logged_when_the_host_stops()
    {
        var (run, time) = (new SpoolRun(), new FakeTimeProvider(SampleEvents.Noon));
        using var _ = run;
        run.Sink.Mood = ServerMood.Refuses;
        using var host = await StartWithSpoolAsync(run, time);
        for (var i = 0; i < 3; i++)
            await KeepAsync(host.Services.GetRequiredService<IEventRecorder>(), time);
        AssertLogged("Events are kept in ");
        await host.StopAsync();
        AssertLogged($"3 events were kept in {run.Directory} so far.");
    }

    [Fact]
    public async Task What_others_send_is_logged_in_one_line_without_control_characters()
    {
        var faulty = new FaultySink();
        var harm = ApiErrors.Of(429, message: "slow\u001b[2J\r\nfail: not a line of its own");
        Builder.Services.AddSingleton<IEventSink>(faulty.Next(SinkFault.Answer(harm)).Next(SinkFault.Answer(ApiErrors.Of(422, "Invalid", message: "no\u001b[2J\nfail: nor this"))));
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp with { Reason = "Scaled\u001b[31m\nUp" });
        await host.StopAsync();

        Assert.Equal([LogLevel.Debug, LogLevel.Warning], Log.Lines.Select(line => line.Level));
        Assert.All(Log.Lines, line => Assert.DoesNotContain(line.Text, char.IsControl));
        Assert.All(Log.Lines, line => Assert.Contains("fail: n", line.Text, StringComparison.Ordinal));
    }

    private static async Task KeepAsync(IEventRecorder recorder, FakeTimeProvider time)
    {
        var recording = recorder.RecordAsync(TestRecorder.ScaledUp);
        await SpoolRun.Until(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            return recording.IsCompleted;
        });
        Assert.Equal(EventOutcomeKind.Spooled, (await recording).Kind);
    }

    private Task<IHost> StartWithSpoolAsync(SpoolRun run, TimeProvider time)
    {
        Builder.Services.AddSingleton<IEventSink>(run.Sink).AddSingleton(time);
        Builder.Services.AddEventRecorder("redis-operator", options => options with { Spool = run.Spool, WriteDeadline = TimeSpan.FromTicks(1) });
        return StartAsync();
    }
}
