using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>The whole way: recorder, connection, JSON, and a server that checks what it is sent.</summary>
public class SandboxRecordingTests
{
    public static readonly TheoryData<string> Groups = [EventApiVersion.CoreV1, EventApiVersion.EventsV1];

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Two_broadcasters_count_one_event_up(string apiVersion)
    {
        await using var sandbox = NewSandbox();
        for (var process = 0; process < 2; process++)
        {
            using var connection = Connect(sandbox);
            await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { ApiVersion = apiVersion });
            var recorder = broadcaster.NewRecorder("RedisOperator");
            for (var i = 0; i < 1_000; i++)
                Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "扩容", "replicas set to 3"));
            Assert.True((await broadcaster.FlushAsync()).IsComplete);
            Assert.Equal(1_000, broadcaster.Statistics.Created + broadcaster.Statistics.Counted);
        }

        using var client = SandboxClient.InProcess(sandbox);
        var list = await client.GetAsync("/api/v1/namespaces/wire/events");
        var kubeEvent = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal(2_000, apiVersion == EventApiVersion.CoreV1 ? (int)kubeEvent["count"]! : (int)kubeEvent["series"]!["count"]!);
        Assert.InRange(sandbox.Count(resource: "events"), 3, 200);
    }

    [Theory]
    [InlineData(EventApiVersion.CoreV1, false)]
    [InlineData(EventApiVersion.EventsV1, false)]
    [InlineData(EventApiVersion.CoreV1, true)]
    public async Task Annotations_that_do_not_fit_together_cost_no_event_and_the_newest_stay(string apiVersion, bool together)
    {
        await using var sandbox = NewSandbox();
        using var connection = Connect(sandbox);
        var observer = new CollectingObserver();
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { ApiVersion = apiVersion, Observers = [observer] });
        var recorder = broadcaster.NewRecorder("RedisOperator");
        foreach (var name in new[] { "a", "b", "c" })
        {
            var recording = recorder.RecordAsync(TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { [name] = new('x', 200_000) } });
            if (!together)
                Assert.True((await recording).IsOnServer);
        }

        Assert.True((await broadcaster.FlushAsync()).IsComplete);

        using var client = SandboxClient.InProcess(sandbox);
        var kubeEvent = Assert.Single((await client.GetAsync("/api/v1/namespaces/wire/events"))["items"]!.AsArray())!;
        Assert.Equal(3, apiVersion == EventApiVersion.CoreV1 ? (int)kubeEvent["count"]! : (int)kubeEvent["series"]!["count"]!);
        Assert.Equal(["c"], kubeEvent["metadata"]!["annotations"]!.AsObject().Select(one => one.Key).Where(name => !name.StartsWith(WriterMark.Domain, StringComparison.Ordinal)));
        Assert.Contains("the event keeps those of the latest", Assert.Single(observer.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_role_with_create_and_patch_alone_is_enough(string apiVersion)
    {
        var group = apiVersion == EventApiVersion.CoreV1 ? "" : "events.k8s.io";
        await using var sandbox = NewSandbox(new SandboxUser("recorder", "t", new SandboxRule(["create", "patch"], [group], ["events"], "wire")));
        for (var process = 1; process <= 2; process++)
        {
            using var connection = Connect(sandbox, "t");
            await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { ApiVersion = apiVersion });
            var outcome = await broadcaster.NewRecorder("RedisOperator").RecordAsync(TestRecorder.ScaledUp);
            Assert.Equal((process == 1 ? EventOutcomeKind.Created : EventOutcomeKind.Counted, process), (outcome.Kind, outcome.Event?.Count ?? 0));
        }
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_role_for_one_group_makes_the_recorder_use_it(string allowed)
    {
        var (group, preferred) = allowed == EventApiVersion.CoreV1 ? ("", EventApiVersion.EventsV1) : ("events.k8s.io", EventApiVersion.CoreV1);
        await using var sandbox = NewSandbox(new SandboxUser("recorder", "t", new SandboxRule(["create", "patch"], [group], ["events"], "wire")));
        using var connection = Connect(sandbox, "t");
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { ApiVersion = preferred });
        var outcome = await broadcaster.NewRecorder("RedisOperator").RecordAsync(TestRecorder.ScaledUp);
        Assert.Equal((EventOutcomeKind.Created, allowed), (outcome.Kind, outcome.Event?.ApiVersion));
    }

    [Fact]
    public async Task On_an_old_server_the_events_of_a_cluster_scoped_object_stand_where_it_takes_them()
    {
        await using var sandbox = new KubernetesSandbox(new SandboxOptions { Rules = KubernetesRules.V1_20 });
        using var connection = Connect(sandbox);
        foreach (var (apiVersion, space) in new[] { (EventApiVersion.CoreV1, "default"), (EventApiVersion.EventsV1, "kube-system") })
        {
            await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { ApiVersion = apiVersion });
            var outcome = await broadcaster.NewRecorder("RedisOperator").RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet });
            Assert.Equal((EventOutcomeKind.Created, space), (outcome.Kind, outcome.Event?.Namespace));
        }
    }

    [Fact]
    public async Task A_namespace_that_is_not_there_is_a_refusal_with_the_servers_words()
    {
        await using var sandbox = NewSandbox();
        using var connection = Connect(sandbox);
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection));
        var outcome = await broadcaster.NewRecorder("RedisOperator").RecordAsync(TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Namespace = "nowhere" } });
        Assert.Equal((EventOutcomeKind.Refused, 404), (outcome.Kind, outcome.Status?.Code));
        Assert.Contains("nowhere", outcome.Status!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_answers_are_made_sure_of_on_the_server()
    {
        await using var sandbox = NewSandbox();
        sandbox.Faults.Every(3, Fault.LoseAnswer());
        using var connection = Connect(sandbox);
        var time = new FakeTimeProvider(SampleEvents.Noon);
        await using var test = new TestRecorder(sink: new ClusterEventSink(connection), time: time);
        for (var i = 0; i < 20; i++)
            Assert.True((await test.RecordAsync()).IsOnServer);

        sandbox.Faults.Clear();
        Assert.Equal(21, (await test.RecordAsync()).Event!.Count);
        test.AssertAddsUp(21);
    }

    private static KubernetesSandbox NewSandbox(params SandboxUser[] users)
    {
        var sandbox = new KubernetesSandbox(new SandboxOptions { Users = users });
        sandbox.CreateNamespace("wire");
        return sandbox;
    }

    private static ClusterConnection Connect(KubernetesSandbox sandbox, string? token = null) =>
        new(Clusters.Configuration with { Token = token }, new ClusterConnectionOptions { Handler = sandbox.CreateHandler() });
}
