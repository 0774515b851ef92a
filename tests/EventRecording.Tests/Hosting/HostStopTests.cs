using System.Diagnostics;
using EventRecording.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventRecording.Tests.Hosting;

/// <summary>What is pending when the host stops, and what comes later.</summary>
public sealed class HostStopTests : HostedRecorderTests
{
    [Fact]
    public async Task What_is_pending_is_written_when_the_host_stops()
    {
        // The rate limit holds back what is pending at that moment.
        Builder.Services.AddEventRecorder("redis-operator", options => options with { RateLimit = new RateLimitOptions { Burst = 1 } });
        using var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        for (var i = 0; i < 5; i++)
            Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"replicas: {i}"));
        await host.StopAsync();
        Assert.Equal(5, Sink.Events.Count);
        Assert.All(Sink.Events, recorded => Assert.Equal("redis-operator", recorded.Source));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_service_records_while_it_stops_is_written_too(bool addedFirst)
    {
        if (addedFirst)
            Builder.Services.AddHostedService<Farewell>();
        Builder.Services.AddEventRecorder("redis-operator");
        if (!addedFirst)
            Builder.Services.AddHostedService<Farewell>();
        using var host = await StartAsync();
        await host.StopAsync();
        Assert.Equal("Stopped", Assert.Single(Sink.Events).Reason);
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task A_server_that_hangs_holds_the_host_no_longer_than_its_shutdown_timeout_and_the_loss_is_logged()
    {
        var hanging = new FaultySink { Fault = _ => SinkFault.Hang() };
        Builder.Services.AddSingleton<IEventSink>(hanging);
        Builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        Builder.Services.AddEventRecorder("redis-operator", options => options with { RequestTimeout = TimeSpan.FromDays(1), DisposeDeadline = TimeSpan.FromDays(1) });
        var host = await StartAsync();
        host.Services.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full");
        var broadcaster = host.Services.GetRequiredService<EventBroadcaster>();
        await host.StopAsync().WaitAsync(Patience);
        await ((IAsyncDisposable)host).DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal((1, 0), (broadcaster.Statistics.Recorded, broadcaster.Statistics.Pending));
        var (level, category, line) = Assert.Single(Log.Lines);
        Assert.Equal((LogLevel.Warning, EventRecorderServices.LogCategory), (level, category));
        Assert.Contains("1 x Warning BackupFailed on redis/my-op-redis by redis-operator", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 20, false)]
    [InlineData(15, 20, false)]
    [InlineData(25, 27, true)]
    public async Task What_a_server_that_hangs_does_not_take_is_in_the_log_and_in_the_spool_before_the_pod_is_killed(int servicesTake, int end, bool anotherWasTried)
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(SampleEvents.Noon);
        Builder.Services.AddSingleton<IEventSink>(new FaultySink { Fault = _ => SinkFault.Hang() }).AddSingleton<TimeProvider>(time);
        Builder.Services.AddEventRecorder("redis-operator", options => options with { Spool = new SpoolOptions { Directory = folder.File("spool"), Cluster = "https://cluster", User = "me" } });
        Builder.Services.AddHostedService(_ => new SlowService(() => time.Advance(TimeSpan.FromSeconds(servicesTake))));
        using var host = await StartAsync();
        var broadcaster = host.Services.GetRequiredService<EventBroadcaster>();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        Assert.True(recorder.Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full"));
        // A value that comes late is not kept.
        Assert.True(recorder.TryRecord(TestRecorder.ScaledUp with { OnChange = "Running" }));
        if (anotherWasTried)
            broadcaster.Options.Observers[0].Retrying(new EventRetry(new EventReporter("redis-operator"), TestRecorder.ScaledUp, 1, 1, TimeSpan.Zero, new EventStoreException("connection refused")));

        var stopping = host.StopAsync();
        await StopsAtAsync(SampleEvents.Noon.AddSeconds(end), stopping, time);

        Assert.Equal((1, 0), (broadcaster.Statistics.Spooled, broadcaster.Statistics.Pending));
        Assert.Contains(Log.Lines, line => line.Text.Contains("1 x Normal ScaledUp on redis/my-op-redis by redis-operator", StringComparison.Ordinal));
        Assert.Equal(
            $"Events are kept in {folder.File("spool")} until the cluster takes them: The broadcaster was disposed before the event was written. {(anotherWasTried ? "The last try of another: connection refused" : "No try had been answered.")}",
            Assert.Single(Log.Lines, line => line.Text.StartsWith("Events are kept in", StringComparison.Ordinal)).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_shutdown_timeout_two_seconds_are_left_for_what_is_pending_also_where_the_clock_stands_still(bool hangs)
    {
        var broken = new FaultySink { Fault = _ => hangs ? SinkFault.Hang() : SinkFault.Answer(ApiErrors.Of(503)) };
        Builder.Services.AddSingleton<IEventSink>(broken).AddSingleton<TimeProvider>(new FakeTimeProvider(SampleEvents.Noon));
        Builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        var broadcaster = host.Services.GetRequiredService<EventBroadcaster>();
        Assert.True(host.Services.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full"));

        var since = Stopwatch.GetTimestamp();
        await host.StopAsync().WaitAsync(Patience);

        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 1.9, Patience.TotalSeconds);
        Assert.Equal(0, broadcaster.Statistics.Pending);
        Assert.StartsWith("Failed: 1 x Warning BackupFailed", Assert.Single(Log.Lines, line => line.Level == LogLevel.Warning).Text.Replace("Unknown", "Failed", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_recorded_after_the_stop_and_while_the_services_are_disposed_is_written_too()
    {
        Builder.Services.AddEventRecorder("redis-operator").AddSingleton<LateRecorder>();
        var host = await StartAsync();
        var late = host.Services.GetRequiredService<LateRecorder>();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(late.Record);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        Assert.Equal(["Disposed", "Stopped"], Sink.Events.Select(recorded => recorded.Reason).Order());
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task What_is_recorded_after_the_stop_holds_the_process_for_two_seconds_at_most()
    {
        Builder.Services.AddSingleton<IEventSink>(new FaultySink { Fault = _ => SinkFault.Hang() }).AddSingleton<TimeProvider>(new FakeTimeProvider(SampleEvents.Noon));
        Builder.Services.AddEventRecorder("redis-operator").AddSingleton<LateRecorder>();
        var host = await StartAsync();
        host.Services.GetRequiredService<LateRecorder>();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Contains("1 x Normal Disposed on redis/my-op-redis", Assert.Single(Log.Lines).Text, StringComparison.Ordinal);
    }

    /// <summary>Until then the stop goes on; no time passes after it.</summary>
    private static async Task StopsAtAsync(DateTimeOffset end, Task stopping, FakeTimeProvider time)
    {
        await SpoolRun.Until(() => time.IsDue(end));
        time.Advance(end - TimeSpan.FromTicks(1) - time.GetUtcNow());
        Assert.False(stopping.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        await SpoolRun.Until(() => stopping.IsCompleted);
        await stopping;
    }

    private sealed class Farewell(IEventRecorder recorder) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "Stopped", "until later"));
            return Task.CompletedTask;
        }
    }

    /// <summary>Records when it is told that all has stopped, and at its disposal.</summary>
    private sealed class LateRecorder(IEventRecorder recorder) : IAsyncDisposable
    {
        public void Record() => Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "Stopped", "until later"));

        public ValueTask DisposeAsync()
        {
            Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "Disposed", "for good"));
            return ValueTask.CompletedTask;
        }
    }

    private sealed class SlowService(Action stop) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            stop();
            return Task.CompletedTask;
        }
    }
}
