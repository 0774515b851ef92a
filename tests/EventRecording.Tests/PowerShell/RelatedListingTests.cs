using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class RelatedListingTests
{
    private static readonly ObjectReference Node = WebCluster.Reference("v1", "Node", "node-1", null);

    [Fact]
    public async Task Each_event_says_what_its_object_is_to_the_one_that_was_asked_about()
    {
        await using var bench = Bench();

        Assert.Equal(
            [
                "Moved owner deployment/web", "Full node node/node-1", "Pulled self pod/web-0",
                "Lost volume persistentvolume/pv-1", "Changed config secret/password", "Resized claim persistentvolumeclaim/data",
            ],
            List(bench, Around).Select(Show));
    }

    [Fact]
    public async Task Conditions_stand_among_the_events_and_pass_the_same_filters()
    {
        await using var bench = Bench();

        Assert.Equal(
            ["DiskPressure=True node node/node-1", "Resized claim persistentvolumeclaim/data", "Ready=False self pod/web-0"],
            List(bench, Around with { Since = At(4), Until = At(5.5) }, conditions: true).Select(Show));
        Assert.DoesNotContain(List(bench, Around with { Types = ["Warning"] }, conditions: true), it => it.Event is ConditionTransition);
        Assert.DoesNotContain(List(bench, Around with { FieldSelector = "type=Warning" }, conditions: true), it => it.Event is ConditionTransition);
        Assert.Equal(["Pulled", "Ready=False"], List(bench, Around, conditions: true, related: false).Select(it => it.Event.Reason));
    }

    [Fact]
    public async Task The_first_ones_are_the_first_of_all()
    {
        await using var bench = Bench();
        Assert.Equal(["Moved", "Full"], List(bench, Around with { First = 2 }).Select(it => it.Event.Reason));
    }

    [Fact]
    public async Task A_role_of_one_namespace_gets_what_is_there_and_no_error()
    {
        await using var bench = Bench(new SandboxUser("local", "local", new SandboxRule(["get", "list"], ["*"], ["*"], "shop")));

        Assert.Equal(["Moved", "Pulled", "Changed", "Resized"], List(bench, Around).Select(it => it.Event.Reason));
        Assert.Empty(bench.Errors);
        Assert.Empty(bench.Messages.OfType<WarningMessage>());
        Assert.Contains(bench.Messages.OfType<VerboseMessage>(), it => it.Text.StartsWith("Events of node/node-1 could not be read: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_the_events_of_the_object_itself_may_not_be_read_is_an_error()
    {
        await using var bench = Bench(new SandboxUser("local", "local", new SandboxRule(["get", "list"], ["*"], ["nodes"])));
        Assert.Throws<KubernetesApiException>(() => List(bench, new EventFilter { For = [new KnownTarget(Node, Node)] }));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task It_wants_one_place_and_an_object(bool withObject, bool all)
    {
        await using var bench = Bench();
        Assert.Throws<ArgumentException>(() => List(bench, withObject ? Around with { AllNamespaces = all } : new EventFilter()));
    }

    private static EventFilter Around => new() { For = [new KnownTarget(WebCluster.Pod, WebCluster.Pod)] };

    private static CmdletBench Bench(params SandboxUser[] users)
    {
        var bench = new CmdletBench(users: users);
        WebCluster.Fill(bench.Sandbox);
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Reference("apps/v1", "Deployment", "web"), "Moved", "2026-11-20T14:00:00Z");
        WebCluster.AddEvent(bench.Sandbox, Node with { Uid = "node-1" }, "Full", "2026-11-20T14:01:00Z");
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Pod, "Pulled", "2026-11-20T14:02:00Z");
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Reference("v1", "PersistentVolume", "pv-1", null), "Lost", "2026-11-20T14:03:00Z");
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Reference("v1", "Secret", "password"), "Changed", "2026-11-20T14:03:30Z");
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Reference("v1", "PersistentVolumeClaim", "data"), "Resized", "2026-11-20T14:05:00Z");
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Reference("v1", "Pod", "stranger"), "Elsewhere");
        WebCluster.AddEvent(bench.Sandbox, WebCluster.Pod with { Uid = "namesake" }, "OfANamesake", "2026-11-20T14:04:30Z");
        return bench;
    }

    private static DateTimeOffset At(double minute) => new DateTimeOffset(2026, 11, 20, 14, 0, 0, TimeSpan.Zero).AddMinutes(minute);

    private static string Show(RelatedEventMessage it) => $"{it.Event.Reason} {it.Relation} {it.Event.InvolvedObject}";

    private static List<RelatedEventMessage> List(CmdletBench bench, EventFilter filter, bool conditions = false, bool related = true)
    {
        bench.Messages.Clear();
        bench.Run(token => new RelatedListing([bench.Session], bench.Pump).RunAsync(filter, related, conditions, token));
        return [.. bench.Messages.OfType<RelatedEventMessage>()];
    }
}
