using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EventRecording.Contract;
using EventRecording.Sandbox;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using k8s.Models;

namespace EventRecording.KubernetesClient.Tests;

/// <summary>What the contract leaves open, and the recorder over the client.</summary>
public sealed class KubernetesClientSinkTests
{
    [Theory]
    [InlineData(EventApiVersion.CoreV1)]
    [InlineData(EventApiVersion.EventsV1)]
    public async Task A_recorder_counts_up_over_lost_answers(string apiVersion)
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        store.Server.Faults.Nth(1, Fault.LoseAnswerByReset(), request => request.Verb == "create").Nth(2, Fault.LoseAnswer(), request => request.Verb == "patch");
        await using (var broadcaster = new EventBroadcaster(store.Sink, new EventBroadcasterOptions { ApiVersion = apiVersion }))
        {
            var recorder = broadcaster.NewRecorder("redis-operator");
            var redis = new V1Pod { Metadata = new V1ObjectMeta { Name = "redis-0", NamespaceProperty = "default", Uid = "u-1" } }.ToObjectReference();
            for (var i = 0; i < 3; i++)
            {
                var outcome = await recorder.RecordAsync(new Occurrence { Regarding = redis, Reason = "ScaledUp", Message = "replicas: 1 -> 3" });
                Assert.True(outcome.IsOnServer, outcome.ToString());
            }
        }

        var events = await new EventReader(store.Source).ListSortedAsync(new EventQuery());
        Assert.Equal("Normal ScaledUp pod/redis-0 (x3): replicas: 1 -> 3", Assert.Single(events).ToString());
    }

    [Fact]
    public async Task Threads_of_the_pool_are_held_by_few_writes_or_by_none_where_a_handler_reads_the_answers()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        await using var broadcaster = new EventBroadcaster(store.Sink);
        Assert.Equal(16, broadcaster.Options.MaxConcurrentWrites);

        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = store.Server.Address.ToString() }, new WholeAnswers());
        await using var free = new EventBroadcaster(new KubernetesClientEventSink(client) { MaxConcurrentWrites = 128 });
        Assert.Equal(128, free.Options.MaxConcurrentWrites);
        var outcome = await free.NewRecorder("redis-operator").RecordAsync(new Occurrence { Regarding = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "default", Name = "redis-0" }, Reason = "ScaledUp", Message = "x" });
        Assert.True(outcome.IsOnServer, outcome.ToString());
    }

    [Fact]
    public async Task A_name_cannot_leave_its_place_in_the_path()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        await Assert.ThrowsAsync<KubernetesApiException>(
            () => store.Sink.PatchAsync(new EventPatch { ApiVersion = "v1", Namespace = "a/../kube-system", Name = "..?dryRun=All#" }, default).AsTask());
        Assert.Equal("/api/v1/namespaces/a%2F..%2Fkube-system/events/..%3FdryRun%3DAll%23", Assert.Single(store.Server.Requests).Target);
    }

    [Fact]
    public async Task One_time_that_is_none_does_not_hide_the_rest_of_a_list()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        using var client = KubernetesClientStore.Client(store.Server);
        const string List = """
            {"kind":"EventList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[
              {"metadata":{"name":"odd"},"involvedObject":{},"firstTimestamp":"yesterday"},
              {"metadata":{"name":"even"},"involvedObject":{},"firstTimestamp":"2026-11-20T12:00:00Z"}]}
            """;
        store.Server.Faults.Always(Fault.Answer(200, "application/json", List));
        await Assert.ThrowsAnyAsync<Exception>(() => client.CoreV1.ListNamespacedEventAsync("default"));
        var page = await store.Source.ListAsync(new EventListRequest { Namespace = "default" }, default);
        Assert.Equal([("odd", null), ("even", ContractEvents.Noon)], page.Items.Select(item => (item.Name, item.FirstTimestamp)));
    }

    [Fact]
    public async Task A_credential_that_cannot_be_had_means_that_nothing_was_sent()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = store.Server.Address.ToString(), TokenProvider = new NoToken() });
        var error = await Assert.ThrowsAsync<EventStoreException>(() => new KubernetesClientEventSink(client).CreateAsync(ContractEvents.Event(store), default).AsTask());
        Assert.Equal((true, "the plugin said no"), (error.WasNotSent, error.Message));
        Assert.Empty(store.Server.Requests);
    }

    [CalendarTheory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public async Task The_date_when_a_server_wants_to_be_asked_again_is_read_by_its_calendar_and_not_by_that_of_this_process(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        store.Server.Faults.Always(Fault.TooManyRequests(TimeProvider.System.GetUtcNow().AddHours(1)));
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => store.Sink.CreateAsync(ContractEvents.Event(store), default).AsTask());
            Assert.InRange(error.Status.RetryAfter!.Value, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(61));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task A_write_that_was_cancelled_before_was_not_sent()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        var error = await Assert.ThrowsAsync<EventStoreException>(() => store.Sink.CreateAsync(ContractEvents.Event(store), new CancellationToken(canceled: true)).AsTask());
        Assert.True(error.WasNotSent);
        Assert.Empty(store.Server.Requests);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(100_000, false)]
    public async Task A_connection_that_never_came_about_is_known_by_the_time_to_connect_of_the_clients_handler(int milliseconds, bool isKnown)
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = new Kubernetes(new KubernetesClientConfiguration
        {
            Host = $"https://{silent.LocalEndpoint}",
            FirstMessageHandlerSetup = handler => ((SocketsHttpHandler)handler).ConnectTimeout = TimeSpan.FromMilliseconds(milliseconds),
        });
        var sink = new KubernetesClientEventSink(client) { RequestTimeout = isKnown ? TimeSpan.FromMinutes(1) : TimeSpan.FromMilliseconds(200) };

        var error = await Assert.ThrowsAsync<EventStoreException>(() => sink.CreateAsync(ContractEvents.Event(store), default).AsTask());

        Assert.Equal((isKnown, true), (error.WasNotSent, error.IsTransient));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(50)]
    public void A_time_that_no_timer_takes_is_an_error_before_anything_is_sent(int days)
    {
        using var client = new Kubernetes(new KubernetesClientConfiguration { Host = "http://localhost" });
        foreach (Func<object> make in new Func<object>[]
        {
            () => new KubernetesClientEventSink(client) { RequestTimeout = TimeSpan.FromDays(days) },
            () => new KubernetesClientEventSource(client) { RequestTimeout = TimeSpan.FromDays(days) },
        })
        {
            Assert.Contains("RequestTimeout", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_client_is_needed()
    {
        Assert.Throws<ArgumentNullException>("client", () => new KubernetesClientEventSink(null!));
        Assert.Throws<ArgumentNullException>("client", () => new KubernetesClientEventSource(null!));
    }

    [Fact]
    public async Task A_client_that_was_disposed_sends_nothing_and_is_not_tried_again()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        var client = KubernetesClientStore.Client(store.Server);
        client.Dispose();
        await using var broadcaster = new EventBroadcaster(new KubernetesClientEventSink(client));
        var outcome = await broadcaster.NewRecorder("redis-operator").RecordAsync(new Occurrence { Regarding = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "default", Name = "redis-0" }, Reason = "ScaledUp", Message = "x" });
        Assert.Equal((EventOutcomeKind.Failed, 1), (outcome.Kind, broadcaster.Statistics.Requests));
        Assert.StartsWith("The client was disposed", outcome.Error!.Message, StringComparison.Ordinal);

        var source = new KubernetesClientEventSource(client);
        Assert.False((await Assert.ThrowsAsync<EventStoreException>(() => source.ListAsync(new EventListRequest(), default).AsTask())).IsTransient);
        await using var frames = source.WatchAsync(new EventWatchRequest { ResourceVersion = "1" }, default).GetAsyncEnumerator();
        Assert.False((await Assert.ThrowsAsync<EventStoreException>(() => frames.MoveNextAsync().AsTask())).IsTransient);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_was_sent_nothing()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        using var gone = new TcpListener(IPAddress.Loopback, 0);
        gone.Start();
        var address = gone.LocalEndpoint.ToString();
        gone.Stop();
        foreach (var host in new[] { $"http://{address}", "http://no-such-host.invalid" })
        {
            using var client = new Kubernetes(new KubernetesClientConfiguration { Host = host });
            var error = await Assert.ThrowsAsync<EventStoreException>(() => new KubernetesClientEventSink(client).CreateAsync(ContractEvents.Event(store), default).AsTask());
            Assert.True(error.WasNotSent, error.ToString());
        }
    }

    [Fact]
    public void Only_that_a_watch_is_open_is_left_out_of_the_contract()
    {
        var table = ContractTable.Of(typeof(KubernetesClientSinkContractTests), typeof(KubernetesClientSourceContractTests));
        Assert.StartsWith("| A watch that is refused was never open | no: The client returns at the first frame", Assert.Single(table.Split('\n'), line => line.Contains("no:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.True(table.Split('\n').Length > 45, table);
    }

    private sealed class WholeAnswers : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (request.Method != HttpMethod.Get)
                await answer.Content.LoadIntoBufferAsync();
            return answer;
        }
    }

    private sealed class NoToken : k8s.Authentication.ITokenProvider
    {
        public Task<System.Net.Http.Headers.AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken) =>
            throw new KubeConfigException("the plugin said no");
    }
}

/// <summary>A test that needs the calendars of other cultures, and says so where the runtime has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CalendarTheoryAttribute : TheoryAttribute
{
    public CalendarTheoryAttribute()
    {
        if (AppContext.TryGetSwitch("System.Globalization.Invariant", out var isInvariant) && isInvariant)
            Skip = "Without ICU there are no other calendars.";
    }
}
