using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>What a server refuses for good over a real socket: one request, one outcome, and the next occurrence is written as ever.</summary>
public class RefusalMatrixTests
{
    private static readonly Dictionary<string, (int Code, Fault Fault)> Faults = new()
    {
        ["400"] = (400, Fault.Status(400, "BadRequest", "the object provided is unrecognized")),
        ["401 for good"] = (401, Fault.Unauthorized()),
        ["403 of a quota"] = (403, Fault.ForbiddenByAdmission("exceeded quota: events")),
        ["405"] = (405, Fault.Status(405, "MethodNotAllowed", "the server does not allow this method")),
        ["413 of a proxy"] = (413, Fault.Answer(413, "text/html", "<html><body>Request Entity Too Large</body></html>")),
        ["415"] = (415, Fault.Status(415, "UnsupportedMediaType", "the body was in an unknown format")),
        ["422"] = (422, Fault.Status(422, "Invalid", "Event is invalid")),
        ["500 request is too large"] = (500, Fault.Status(500, "InternalError", "etcdserver: request is too large")),
    };

    public static readonly TheoryData<string> Names = new(Faults.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_refusal_is_one_request_and_disturbs_no_later_occurrence(string name)
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        sandbox.Faults.Always(Faults[name].Fault);

        var refused = await run.RecordAsync();

        Assert.Equal((EventOutcomeKind.Refused, Faults[name].Code), (refused.Kind, refused.Status?.Code));
        Assert.Equal(1, sandbox.Count());
        Assert.Empty(run.Observer.Retries);
        sandbox.Faults.Clear();
        Assert.Equal(EventOutcomeKind.Created, (await run.RecordAsync()).Kind);
        await run.AssertCountsAsync(1);
        run.AssertAddsUp(onServer: 1, refused: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bad_annotation_or_label_costs_its_own_occurrence_alone(bool combined)
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox, options => options with { Combining = combined ? new() : null });
        string Message(int i) => combined ? $"disk {i} is full" : "disk full";
        for (var i = 0; i < 100; i++)
        {
            Assert.True(run.Recorder.Event(SampleEvents.Redis, EventType.Warning, "BackupFailed", Message(i)));
            if (i % 10 != 9)
                continue;
            run.Recorder.AnnotatedEventf(SampleEvents.Redis, new Dictionary<string, string> { ["last error"] = "x" }, EventType.Warning, "BackupFailed", Message(i + 100));
            run.Recorder.TryRecord(new() { Regarding = SampleEvents.Redis, Type = EventType.Warning, Reason = "BackupFailed", Message = Message(i + 200), Labels = new Dictionary<string, string> { ["image"] = "nginx:1.27/alpine" } });
        }

        await run.Broadcaster.FlushAsync();

        var statistics = run.Broadcaster.Statistics;
        Assert.Equal((100, 100, 20), (statistics.Recorded, statistics.Created + statistics.Counted, statistics.Rejected));
        Assert.Equal(100, (await SocketRun.EventsAsync(sandbox)).Sum(kubeEvent => (int)kubeEvent["count"]!));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = SocketRun.StartSandbox();
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        sandbox.Faults.Always(Fault.Redirect(new Uri(elsewhere.Address, "/api/v1/namespaces/wire/events")));

        var refused = await run.RecordAsync();

        Assert.Equal((EventOutcomeKind.Refused, 307, 1), (refused.Kind, refused.Status?.Code, sandbox.Count()));
        Assert.Equal(0, elsewhere.Count());
        run.AssertAddsUp(onServer: 0, refused: 1);
    }

    [Fact]
    public async Task A_credential_that_was_replaced_is_read_again_after_one_401()
    {
        using var folder = new TempFolder();
        var file = folder.Write("token", "one");
        await using var sandbox = SocketRun.StartSandbox(new SandboxOptions { Users = [SandboxUser.Administrator("one"), SandboxUser.Administrator("two")] });
        await using var run = new SocketRun(sandbox, user: Clusters.Configuration with { TokenFile = file });
        await run.RecordAsync();
        folder.Write("token", "two");
        sandbox.Faults.Next(Fault.Unauthorized());

        Assert.Equal(2, (await run.RecordAsync()).Event?.Count);

        Assert.Equal("Bearer two", sandbox.Requests[^1].Headers["Authorization"]);
        Assert.Empty(run.Observer.Retries);
        run.AssertAddsUp(2);
    }

    [Fact]
    public async Task A_namespace_that_is_missing_or_ends_refuses_and_the_group_stays()
    {
        await using var sandbox = KubernetesSandbox.Start(new SandboxOptions { HoldTerminatingNamespaces = true });
        await using var run = new SocketRun(sandbox);
        var missing = await run.RecordAsync();
        Assert.Equal((EventOutcomeKind.Refused, 404), (missing.Kind, missing.Status?.Code));

        sandbox.CreateNamespace(SocketRun.Namespace);
        using (var client = SandboxClient.InProcess(sandbox))
            await client.SendAsync("DELETE", $"/api/v1/namespaces/{SocketRun.Namespace}");
        var terminating = await run.RecordAsync();

        Assert.Equal((EventOutcomeKind.Refused, 403), (terminating.Kind, terminating.Status?.Code));
        Assert.Empty(run.Observer.Notices);
        Assert.Equal(2, sandbox.Count(verb: "create", resource: "events"));
        Assert.DoesNotContain(sandbox.Requests, request => request.Group.Length > 0);
        run.AssertAddsUp(onServer: 0, refused: 2);
    }

    [Fact]
    public async Task A_role_for_the_other_group_alone_is_found_once_and_said_once()
    {
        await using var sandbox = SocketRun.StartSandbox(Users(new SandboxRule(["create", "patch"], ["events.k8s.io"], ["events"], SocketRun.Namespace)));
        await using var run = new SocketRun(sandbox, user: Clusters.Configuration with { Token = "t" });

        for (var i = 0; i < 6; i++)
            Assert.Equal((i / 3) + 1, (await run.RecordAsync($"message {i % 3}")).Event?.Count);

        // Twice, so that a role that was away for a moment is no reason.
        Assert.Equal(2, sandbox.Requests.Count(request => request is { Group.Length: 0, Resource: "events" }));
        Assert.Single(run.Observer.Notices);
        Assert.Equal(8, run.Broadcaster.Statistics.Requests);
        run.AssertAddsUp(6);
    }

    [Fact]
    public async Task A_role_for_neither_group_refuses_after_both_were_asked()
    {
        await using var sandbox = SocketRun.StartSandbox(Users());
        await using var run = new SocketRun(sandbox, user: Clusters.Configuration with { Token = "t" });

        var refused = await run.RecordAsync();

        Assert.Equal((EventOutcomeKind.Refused, 403, 2), (refused.Kind, refused.Status?.Code, sandbox.Count(verb: "create")));
        Assert.Empty(run.Observer.Notices);
        run.AssertAddsUp(onServer: 0, refused: 1);
    }

    private static SandboxOptions Users(params SandboxRule[] rules) => new() { Users = [new SandboxUser("recorder", "t", rules)] };
}
