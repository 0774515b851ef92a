using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EventRecording.Tests.Hosting;

/// <summary>The recorder in a real generic host.</summary>
public sealed class EventRecorderServicesTests : IDisposable
{
    // Only a hung host takes as long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(null);
    private readonly InMemoryEventSink _sink = new();
    private readonly CollectedLog _log = new();
    private int _seen;

    public EventRecorderServicesTests()
    {
        _builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log);
        _builder.Services.AddSingleton<IEventSink>(_sink);
    }

    [Fact]
    public async Task What_is_pending_is_written_when_the_host_stops()
    {
        // The rate limit holds back what is pending at that moment.
        _builder.Services.AddEventRecorder("redis-operator", options => options with { RateLimit = new RateLimitOptions { Burst = 1 } });
        using var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        for (var i = 0; i < 5; i++)
            Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"replicas: {i}"));
        await host.StopAsync();
        Assert.Equal(5, _sink.Events.Count);
        Assert.All(_sink.Events, recorded => Assert.Equal("redis-operator", recorded.Source));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_service_records_while_it_stops_is_written_too(bool addedFirst)
    {
        if (addedFirst)
            _builder.Services.AddHostedService<Farewell>();
        _builder.Services.AddEventRecorder("redis-operator");
        if (!addedFirst)
            _builder.Services.AddHostedService<Farewell>();
        using var host = await StartAsync();
        await host.StopAsync();
        Assert.Equal("Stopped", Assert.Single(_sink.Events).Reason);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_server_that_hangs_holds_the_host_no_longer_than_its_shutdown_timeout_and_the_loss_is_logged()
    {
        var hanging = new FaultySink { Fault = _ => SinkFault.Hang() };
        _builder.Services.AddSingleton<IEventSink>(hanging);
        _builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        _builder.Services.AddEventRecorder("redis-operator", options => options with { RequestTimeout = TimeSpan.FromDays(1), DisposeDeadline = TimeSpan.FromDays(1) });
        var host = await StartAsync();
        host.Services.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full");
        var broadcaster = host.Services.GetRequiredService<EventBroadcaster>();
        await host.StopAsync().WaitAsync(Patience);
        await ((IAsyncDisposable)host).DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Equal((1, 0), (broadcaster.Statistics.Recorded, broadcaster.Statistics.Pending));
        var (level, category, line) = Assert.Single(_log.Lines);
        Assert.Equal((LogLevel.Warning, EventRecorderServices.LogCategory), (level, category));
        Assert.Contains("1 x Warning BackupFailed on redis/my-op-redis by redis-operator", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(15, 20)]
    [InlineData(25, 27)]
    public async Task What_a_server_that_hangs_does_not_take_is_in_the_log_and_in_the_spool_before_the_pod_is_killed(int servicesTake, int end)
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(SampleEvents.Noon);
        _builder.Services.AddSingleton<IEventSink>(new FaultySink { Fault = _ => SinkFault.Hang() }).AddSingleton<TimeProvider>(time);
        _builder.Services.AddEventRecorder("redis-operator", options => options with { Spool = new SpoolOptions { Directory = folder.File("spool"), Cluster = "https://cluster", User = "me" } });
        _builder.Services.AddHostedService(_ => new SlowService(() => time.Advance(TimeSpan.FromSeconds(servicesTake))));
        using var host = await StartAsync();
        var broadcaster = host.Services.GetRequiredService<EventBroadcaster>();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        Assert.True(recorder.Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full"));
        // A value that comes late is not kept.
        Assert.True(recorder.TryRecord(TestRecorder.ScaledUp with { OnChange = "Running" }));

        var stopping = host.StopAsync();
        await StopsAtAsync(SampleEvents.Noon.AddSeconds(end), stopping, time);

        Assert.Equal((1, 0), (broadcaster.Statistics.Spooled, broadcaster.Statistics.Pending));
        Assert.Contains(_log.Lines, line => line.Text.Contains("1 x Normal ScaledUp on redis/my-op-redis by redis-operator", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Text.StartsWith($"Events are kept in {folder.File("spool")} until", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_shutdown_timeout_two_seconds_are_left_for_what_is_pending_also_where_the_clock_stands_still(bool hangs)
    {
        var broken = new FaultySink { Fault = _ => hangs ? SinkFault.Hang() : SinkFault.Answer(ApiErrors.Of(503)) };
        _builder.Services.AddSingleton<IEventSink>(broken).AddSingleton<TimeProvider>(new FakeTimeProvider(SampleEvents.Noon));
        _builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        var broadcaster = host.Services.GetRequiredService<EventBroadcaster>();
        Assert.True(host.Services.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full"));

        var since = Stopwatch.GetTimestamp();
        await host.StopAsync().WaitAsync(Patience);

        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 1.9, Patience.TotalSeconds);
        Assert.Equal(0, broadcaster.Statistics.Pending);
        Assert.StartsWith("Failed: 1 x Warning BackupFailed", Assert.Single(_log.Lines, line => line.Level == LogLevel.Warning).Text.Replace("Unknown", "Failed", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_recorded_after_the_stop_and_while_the_services_are_disposed_is_written_too()
    {
        _builder.Services.AddEventRecorder("redis-operator").AddSingleton<LateRecorder>();
        var host = await StartAsync();
        var late = host.Services.GetRequiredService<LateRecorder>();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(late.Record);
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        Assert.Equal(["Disposed", "Stopped"], _sink.Events.Select(recorded => recorded.Reason).Order());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task What_is_recorded_after_the_stop_holds_the_process_for_two_seconds_at_most()
    {
        _builder.Services.AddSingleton<IEventSink>(new FaultySink { Fault = _ => SinkFault.Hang() }).AddSingleton<TimeProvider>(new FakeTimeProvider(SampleEvents.Noon));
        _builder.Services.AddEventRecorder("redis-operator").AddSingleton<LateRecorder>();
        var host = await StartAsync();
        host.Services.GetRequiredService<LateRecorder>();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Contains("1 x Normal Disposed on redis/my-op-redis", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, true, true)]
    [InlineData("true", null, true)]
    [InlineData("true", false, false)]
    public async Task The_signals_are_left_to_the_host_unless_somebody_asks(string? inConfiguration, bool? inCode, bool flushes)
    {
        _builder.Configuration["EventRecording:FlushOnSignals"] = inConfiguration;
        _builder.Services.AddEventRecorder("redis-operator", options => inCode is { } asked ? options with { FlushOnSignals = asked } : options);
        using var host = await StartAsync();
        Assert.Equal(flushes, host.Services.GetRequiredService<EventBroadcaster>().Options.FlushOnSignals);
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_a_host_signals_write_what_is_pending()
    {
        await using var provider = new ServiceCollection().AddSingleton<IEventSink>(_sink).AddEventRecorder("redis-operator").BuildServiceProvider();
        Assert.True(provider.GetRequiredService<EventBroadcaster>().Options.FlushOnSignals);
    }

    [Fact]
    public async Task An_observer_that_wants_a_recorder_is_an_error_that_names_it()
    {
        _builder.Services.AddSingleton<IEventObserver, CollectingObserver>().AddSingleton<IEventObserver, RecordingObserver>();
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = _builder.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => host.StartAsync()).WaitAsync(Patience));

        Assert.StartsWith("The recorder is being made and is asked for by something that it needs itself", error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(RecordingObserver).FullName!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_observer_may_ask_for_the_recorder_later()
    {
        RecordingObserver? observer = null;
        _builder.Services.AddSingleton<IEventObserver>(provider => observer = new RecordingObserver(new Lazy<IEventRecorder>(provider.GetRequiredService<IEventRecorder>)));
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        Assert.True(observer!.Recorder.Event(SampleEvents.Redis, EventType.Normal, "Later", "by an observer"));
        await host.StopAsync();
        Assert.Equal(2, _sink.Events.Count);
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton, false)]
    [InlineData(ServiceLifetime.Scoped, false)]
    [InlineData(ServiceLifetime.Singleton, true)]
    public async Task A_host_whose_recorder_is_a_mock_needs_no_cluster(ServiceLifetime lifetime, bool addedFirst)
    {
        var mock = new ServiceDescriptor(typeof(IEventRecorder), _ => new MockRecorder(), lifetime);
        _builder.Services.AddSingleton<IEventSink>(_ => throw new InvalidOperationException("There is no cluster."));
        _builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = true }));
        if (addedFirst)
            _builder.Services.Add(mock);
        _builder.Services.AddEventRecorder("redis-operator");
        if (!addedFirst)
            _builder.Services.Add(mock);
        using var host = await StartAsync();
        await using (var scope = host.Services.CreateAsyncScope())
            Assert.IsType<MockRecorder>(scope.ServiceProvider.GetRequiredService<IEventRecorder>());
        await host.StopAsync();
    }

    [Fact]
    public async Task What_a_recorder_with_a_key_holds_is_written_beside_a_mock_without_one()
    {
        _builder.Services.AddEventRecorder("redis-operator", options => options with { RateLimit = new RateLimitOptions { Burst = 1 } }).AddSingleton<IEventRecorder>(new MockRecorder());
        using var host = await StartAsync();
        for (var i = 0; i < 5; i++)
            Assert.True(host.Services.GetRequiredKeyedService<IEventRecorder>("redis-operator").Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"replicas: {i}"));
        await host.StopAsync();
        Assert.Equal(5, _sink.Events.Count);
    }

    [Fact]
    public void A_provider_without_a_host_that_is_disposed_synchronously_writes_what_is_pending()
    {
        using (var provider = new ServiceCollection().AddSingleton<IEventSink>(_sink).AddEventRecorder("redis-operator").BuildServiceProvider())
            Assert.True(provider.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full"));
        Assert.Single(_sink.Events);
    }

    [Fact]
    public async Task Options_come_from_the_configuration_and_then_from_the_code()
    {
        _builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["EventRecording:ApiVersion"] = EventApiVersion.EventsV1,
            ["EventRecording:ReportingInstance"] = "of the configuration",
            ["EventRecording:WriteDeadline"] = "00:01:00",
            ["EventRecording:RateLimit:Burst"] = "7",
            ["EventRecording:Combining:Threshold"] = "4",
        });
        EventBroadcasterOptions? seen = null;
        _builder.Services.AddEventRecorder("redis-operator", options => (seen = options) with { ReportingInstance = "of the code" });
        using var host = await StartAsync();
        Assert.Equal((TimeSpan.FromMinutes(1), 7, 4), (seen!.WriteDeadline, seen.RateLimit!.Burst, seen.Combining!.Threshold));
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        var recorded = Assert.Single(_sink.Events);
        Assert.Equal((EventApiVersion.EventsV1, "of the code"), (recorded.ApiVersion, recorded.ReportingInstance));
        await host.StopAsync();
    }

    [Theory]
    [InlineData("WriteDeadline", "00:11:00", "EventRecording:WriteDeadline is '00:11:00' in the configuration. WriteDeadline is 00:11:00: at most")]
    [InlineData("WriteDeadline", "60", "60 seconds are 00:01:00 (hh:mm:ss).")]
    [InlineData("WriteDeadline", "soon", "'EventRecording:WriteDeadline'")]
    [InlineData("RateLimit:Burst", "0", "EventRecording:RateLimit:Burst is '0' in the configuration. RateLimit.Burst is 0: at least 1.")]
    [InlineData("WriteDedline", "00:01:00", "EventRecording:WriteDedline in the configuration is no option of the recorder. There are: AllowOtherTypes, ")]
    [InlineData("Spool:Directroy", "spool", "EventRecording:Spool:Directroy in the configuration is no option of the recorder. There are: Cluster, Directory, ")]
    public async Task A_host_does_not_start_with_an_option_that_is_wrong_and_says_which_and_where(string option, string value, string message)
    {
        _builder.Configuration[$"EventRecording:{option}"] = value;
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = _builder.Build();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BinderOptions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_of_the_code_is_not_looked_for_in_the_configuration()
    {
        _builder.Services.AddEventRecorder("redis-operator", options => options with { WriteDeadline = TimeSpan.FromMinutes(11) });
        using var host = _builder.Build();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => host.StartAsync());
        Assert.StartsWith("WriteDeadline is 00:11:00", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_that_returns_no_options_is_an_error_that_names_its_call()
    {
        _builder.Services.AddEventRecorder("redis-operator", _ => null!);
        using var host = _builder.Build();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());
        Assert.StartsWith("The function that AddEventRecorder(\"redis-operator\", …) was given returned null", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trimmed_app_keeps_all_options_that_the_configuration_can_give()
    {
        var bind = typeof(EventRecorderServices).Assembly.GetType("EventRecording.Hosting.ConfiguredOptions", throwOnError: true)!.GetMethod("Bind")!;
        var nested = typeof(EventBroadcasterOptions).GetProperties().Select(property => property.PropertyType).Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal));
        Assert.Equal(
            nested.Append(typeof(EventBroadcasterOptions)).Select(type => type.Name).Order(),
            bind.GetCustomAttributes<DynamicDependencyAttribute>().Select(kept => kept.Type!.Name).Order());
    }

    [Theory]
    [InlineData("RateLimit", "null")]
    [InlineData("combining", "{}")]
    public async Task What_a_file_cannot_switch_off_is_an_error_there_and_not_ignored(string option, string json)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "EventRecording": { "{{option}}": {{json}} } }"""));
        _builder.Configuration.AddJsonStream(file);
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = _builder.Build();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => host.StartAsync());
        Assert.StartsWith($"EventRecording:{option} is null or empty in the configuration", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_retries_and_notices_are_logged_in_one_category()
    {
        var faulty = new FaultySink();
        _builder.Services.AddSingleton<IEventSink>(faulty.Next(SinkFault.Lost()));
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        await recorder.RecordAsync(TestRecorder.ScaledUp);
        faulty.Next(SinkFault.Answer(ApiErrors.Quota()));
        await recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "another" });
        faulty.Next(SinkFault.Answer(ApiErrors.Forbidden("create")));
        await recorder.RecordAsync(TestRecorder.ScaledUp with { Message = "a third" });
        recorder.Event(new object(), EventType.Normal, "ScaledUp", "of nothing");
        await host.StopAsync();

        Assert.All(_log.Lines, line => Assert.Equal(EventRecorderServices.LogCategory, line.Category));
        Assert.Collection(
            _log.Lines,
            line => Assert.StartsWith("Debug: ScaledUp on redis/my-op-redis is tried again in ", $"{line.Level}: {line.Text}", StringComparison.Ordinal),
            line => Assert.StartsWith("Warning: Refused: 1 x Normal ScaledUp on redis/my-op-redis by redis-operator: The API server answered 403", $"{line.Level}: {line.Text}", StringComparison.Ordinal),
            line => Assert.StartsWith("Information: Events about objects in the namespace", $"{line.Level}: {line.Text}", StringComparison.Ordinal),
            line => Assert.StartsWith("Warning: Rejected: 1 x Normal ScaledUp on an object that cannot be read by redis-operator: The object of the type Object has no kind", $"{line.Level}: {line.Text}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_rejections_the_first_is_logged_at_once_and_then_their_number()
    {
        var time = new FakeTimeProvider(SampleEvents.Noon);
        _builder.Services.AddSingleton<TimeProvider>(time).AddEventRecorder("redis-operator");
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
        _builder.Services.AddSingleton<TimeProvider>(time).AddEventRecorder("redis-operator");
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
        _builder.Services.AddSingleton<IEventSink>(new FaultySink { Fault = _ => SinkFault.Answer(ApiErrors.Quota()) }).AddSingleton<TimeProvider>(time);
        _builder.Services.AddEventRecorder("redis-operator", options => options with { Combining = null, RateLimit = null });
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
        _builder.Services.AddSingleton<IEventSink>(faulty.Next(SinkFault.Answer(harm)).Next(SinkFault.Answer(ApiErrors.Of(422, "Invalid", message: "no\u001b[2J\nfail: nor this"))));
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp with { Reason = "Scaled\u001b[31m\nUp" });
        await host.StopAsync();

        Assert.Equal([LogLevel.Debug, LogLevel.Warning], _log.Lines.Select(line => line.Level));
        Assert.All(_log.Lines, line => Assert.DoesNotContain(line.Text, char.IsControl));
        Assert.All(_log.Lines, line => Assert.Contains("fail: n", line.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Several_components_share_a_broadcaster_and_are_told_apart_by_their_keys()
    {
        _builder.Services.AddEventRecorder("redis-operator").AddEventRecorder("devbox-operator");
        using var host = await StartAsync();
        await host.Services.GetRequiredKeyedService<IEventRecorder>("devbox-operator").RecordAsync(TestRecorder.ScaledUp);
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        Assert.Equal(["devbox-operator", "redis-operator"], _sink.Events.Select(recorded => recorded.Source));
        Assert.Single(host.Services.GetServices<EventBroadcaster>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Observers_and_the_clock_of_the_services_are_used()
    {
        var observer = new CollectingObserver();
        _builder.Services.AddSingleton<IEventObserver>(observer).AddSingleton<TimeProvider>(new FakeTimeProvider(SampleEvents.Noon));
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        var outcome = await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        Assert.Equal(SampleEvents.Noon, outcome.Event!.LastSeen);
        Assert.Equal(EventOutcomeKind.Created, Assert.Single(observer.Outcomes).Outcome.Kind);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_connection_of_the_services_leads_to_its_cluster()
    {
        await using var sandbox = KubernetesSandbox.Start();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new ClusterConnection(new ClusterConfiguration { Server = sandbox.Address }));
        builder.Services.AddEventRecorder("redis-operator");
        using (var host = builder.Build())
        {
            await host.StartAsync();
            host.Services.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis with { Namespace = "default" }, EventType.Normal, "ScaledUp", "replicas: 1 -> 3");
            await host.StopAsync();
        }

        Assert.Equal(1, sandbox.Count("create", "events"));
    }

    [Fact]
    public async Task A_spool_that_has_a_directory_alone_is_for_the_cluster_and_the_user_of_the_connection()
    {
        using var folder = new TempFolder();
        using var connection = new ClusterConnection(new ClusterConfiguration { Server = new Uri("https://127.0.0.1:1"), UserName = "me" }, new ClusterConnectionOptions { Handler = new FakeHandler(_ => throw new HttpRequestException("nobody is there")) });
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["EventRecording:Spool:Directory"] = folder.File("spool");
        builder.Services.AddSingleton(connection).AddEventRecorder("redis-operator", options => options with { WriteDeadline = TimeSpan.FromTicks(1) });
        using (var host = builder.Build())
        {
            await host.StartAsync();
            var outcome = await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
            Assert.Equal(EventOutcomeKind.Spooled, outcome.Kind);
            await host.StopAsync();
        }

        // Who records without a host finds it.
        await using var next = new EventBroadcaster(_sink, new EventBroadcasterOptions { Spool = ClusterSpool.For(connection, folder.File("spool")) });
        await next.FlushAsync();
        Assert.Equal("ScaledUp", Assert.Single(_sink.Events).Reason);
    }

    [Fact]
    public async Task A_spool_that_has_a_directory_alone_needs_more_where_the_sink_is_none_of_a_cluster()
    {
        _builder.Configuration["EventRecording:Spool:Directory"] = "spool";
        _builder.Services.AddEventRecorder("redis-operator");
        using var host = _builder.Build();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.Contains("Spool.Cluster is empty", error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _log.Dispose();

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

    /// <summary>The log has these lines, by their beginnings, since it was last asked; retries aside.</summary>
    private void AssertLogged(params string[] expected)
    {
        var lines = _log.Lines.Where(line => line.Level != LogLevel.Debug).Skip(_seen).Select(line => line.Text).ToArray();
        _seen += lines.Length;
        Assert.Equal(expected, lines.Zip(expected.Concat(Enumerable.Repeat("", lines.Length)), (line, start) => line.StartsWith(start, StringComparison.Ordinal) && start.Length > 0 ? start : line));
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
        _builder.Services.AddSingleton<IEventSink>(run.Sink).AddSingleton(time);
        _builder.Services.AddEventRecorder("redis-operator", options => options with { Spool = run.Spool, WriteDeadline = TimeSpan.FromTicks(1) });
        return StartAsync();
    }

    private async Task<IHost> StartAsync()
    {
        var host = _builder.Build();
        await host.StartAsync();
        return host;
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

    private sealed class RecordingObserver : IEventObserver
    {
        private readonly Lazy<IEventRecorder> _recorder;

        public RecordingObserver(IEventRecorder recorder) => _recorder = new(recorder);

        public RecordingObserver(Lazy<IEventRecorder> recorder) => _recorder = recorder;

        public IEventRecorder Recorder => _recorder.Value;
    }

    /// <summary>As an operator's test has one.</summary>
    private sealed class MockRecorder : IEventRecorder
    {
        public bool Event(object regarding, string type, string reason, string message) => true;

        public bool Eventf(object regarding, string type, string reason, string format, params object?[] args) => true;

        public bool AnnotatedEventf(object regarding, IReadOnlyDictionary<string, string> annotations, string type, string reason, string format, params object?[] args) => true;

        public bool TryRecord(Occurrence occurrence) => true;

        public Task<EventOutcome> RecordAsync(Occurrence occurrence, CancellationToken cancellationToken = default) => Task.FromResult(new EventOutcome { Kind = EventOutcomeKind.Created });

        public Task EnqueueAsync(Occurrence occurrence, CancellationToken cancellationToken = default) => Task.CompletedTask;
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

    /// <summary>Keeps what is logged in the category of the recorder.</summary>
    private sealed class CollectedLog : ILoggerProvider
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _lines = new();

        public (LogLevel Level, string Category, string Text)[] Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Logger(CollectedLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (category.StartsWith("EventRecording", StringComparison.Ordinal))
                    log._lines.Enqueue((logLevel, category, formatter(state, exception)));
            }
        }
    }
}
