using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventRecording.Tests.Hosting;

/// <summary>What is registered, and what it is made of.</summary>
public sealed class EventRecorderServicesTests : HostedRecorderTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData(null, true, true)]
    [InlineData("true", null, true)]
    [InlineData("true", false, false)]
    public async Task The_signals_are_left_to_the_host_unless_somebody_asks(string? inConfiguration, bool? inCode, bool flushes)
    {
        Builder.Configuration["EventRecording:FlushOnSignals"] = inConfiguration;
        Builder.Services.AddEventRecorder("redis-operator", options => inCode is { } asked ? options with { FlushOnSignals = asked } : options);
        using var host = await StartAsync();
        Assert.Equal(flushes, host.Services.GetRequiredService<EventBroadcaster>().Options.FlushOnSignals);
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_a_host_signals_write_what_is_pending()
    {
        await using var provider = new ServiceCollection().AddSingleton<IEventSink>(Sink).AddEventRecorder("redis-operator").BuildServiceProvider();
        Assert.True(provider.GetRequiredService<EventBroadcaster>().Options.FlushOnSignals);
    }

    [Fact]
    public async Task An_observer_that_wants_a_recorder_is_an_error_that_names_it()
    {
        Builder.Services.AddSingleton<IEventObserver, CollectingObserver>().AddSingleton<IEventObserver, RecordingObserver>();
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = Builder.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => host.StartAsync()).WaitAsync(Patience));

        Assert.StartsWith("The recorder is being made and is asked for by something that it needs itself", error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(RecordingObserver).FullName!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_observer_may_ask_for_the_recorder_later()
    {
        RecordingObserver? observer = null;
        Builder.Services.AddSingleton<IEventObserver>(provider => observer = new RecordingObserver(new Lazy<IEventRecorder>(provider.GetRequiredService<IEventRecorder>)));
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = await StartAsync();
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        Assert.True(observer!.Recorder.Event(SampleEvents.Redis, EventType.Normal, "Later", "by an observer"));
        await host.StopAsync();
        Assert.Equal(2, Sink.Events.Count);
    }

    [Theory]
    [InlineData(ServiceLifetime.Singleton, false)]
    [InlineData(ServiceLifetime.Scoped, false)]
    [InlineData(ServiceLifetime.Singleton, true)]
    public async Task A_host_whose_recorder_is_a_mock_needs_no_cluster(ServiceLifetime lifetime, bool addedFirst)
    {
        var mock = new ServiceDescriptor(typeof(IEventRecorder), _ => new MockRecorder(), lifetime);
        Builder.Services.AddSingleton<IEventSink>(_ => throw new InvalidOperationException("There is no cluster."));
        Builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = true }));
        if (addedFirst)
            Builder.Services.Add(mock);
        Builder.Services.AddEventRecorder("redis-operator");
        if (!addedFirst)
            Builder.Services.Add(mock);
        using var host = await StartAsync();
        await using (var scope = host.Services.CreateAsyncScope())
            Assert.IsType<MockRecorder>(scope.ServiceProvider.GetRequiredService<IEventRecorder>());
        await host.StopAsync();
    }

    [Fact]
    public async Task What_a_recorder_with_a_key_holds_is_written_beside_a_mock_without_one()
    {
        Builder.Services.AddEventRecorder("redis-operator", options => options with { RateLimit = new RateLimitOptions { Burst = 1 } }).AddSingleton<IEventRecorder>(new MockRecorder());
        using var host = await StartAsync();
        for (var i = 0; i < 5; i++)
            Assert.True(host.Services.GetRequiredKeyedService<IEventRecorder>("redis-operator").Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"replicas: {i}"));
        await host.StopAsync();
        Assert.Equal(5, Sink.Events.Count);
    }

    [Fact]
    public void A_provider_without_a_host_that_is_disposed_synchronously_writes_what_is_pending()
    {
        using (var provider = new ServiceCollection().AddSingleton<IEventSink>(Sink).AddEventRecorder("redis-operator").BuildServiceProvider())
            Assert.True(provider.GetRequiredService<IEventRecorder>().Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", "disk full"));
        Assert.Single(Sink.Events);
    }

    [Fact]
    public async Task Several_components_share_a_broadcaster_and_are_told_apart_by_their_keys()
    {
        Builder.Services.AddEventRecorder("redis-operator").AddEventRecorder("devbox-operator");
        using var host = await StartAsync();
        await host.Services.GetRequiredKeyedService<IEventRecorder>("devbox-operator").RecordAsync(TestRecorder.ScaledUp);
        await host.Services.GetRequiredService<IEventRecorder>().RecordAsync(TestRecorder.ScaledUp);
        Assert.Equal(["devbox-operator", "redis-operator"], Sink.Events.Select(recorded => recorded.Source));
        Assert.Single(host.Services.GetServices<EventBroadcaster>());
        await host.StopAsync();
    }

    [Fact]
    public async Task Observers_and_the_clock_of_the_services_are_used()
    {
        var observer = new CollectingObserver();
        Builder.Services.AddSingleton<IEventObserver>(observer).AddSingleton<TimeProvider>(new FakeTimeProvider(SampleEvents.Noon));
        Builder.Services.AddEventRecorder("redis-operator");
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
        await using var next = new EventBroadcaster(Sink, new EventBroadcasterOptions { Spool = ClusterSpool.For(connection, folder.File("spool")) });
        await next.FlushAsync();
        Assert.Equal("ScaledUp", Assert.Single(Sink.Events).Reason);
    }

    [Fact]
    public async Task A_spool_that_has_a_directory_alone_needs_more_where_the_sink_is_none_of_a_cluster()
    {
        Builder.Configuration["EventRecording:Spool:Directory"] = "spool";
        Builder.Services.AddEventRecorder("redis-operator");
        using var host = Builder.Build();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        Assert.StartsWith("EventRecording:Spool:Cluster is missing in the configuration. Spool.Cluster is empty: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("such as the address of the API server and the name of the service account. Only where events go through a ClusterEventSink the directory alone is enough.", error.Message, StringComparison.Ordinal);
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
}
