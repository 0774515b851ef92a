using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class EventWritingTests : IAsyncTeardown
{
    private static readonly WriteRequest ScaledUp = new() { Reason = "ScaledUp", Message = "100 % of {0}", Source = new EventReporter("ops") };
    private readonly CmdletBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_event_comes_back_as_the_server_has_it_with_its_outcome()
    {
        var redis = _bench.Known("my-op-redis");
        var first = Assert.IsType<EventMessage>(await WriteAsync(redis));
        var second = Assert.IsType<EventMessage>(await WriteAsync(redis));
        Assert.Equal((EventOutcomeKind.Created, 1, "100 % of {0}"), (first.Outcome!.Value, first.Event.Count, first.Event.Message));
        Assert.Equal((EventOutcomeKind.Counted, 2), (second.Outcome!.Value, second.Event.Count));
        Assert.Equal(redis.Reference, first.Event.InvolvedObject);
        Assert.NotEmpty(first.Event.Uid!);
    }

    [Fact]
    public async Task On_change_a_value_that_is_still_the_same_is_told_and_not_recorded()
    {
        var phase = ScaledUp with { Reason = "PhaseChanged", Message = "phase is Running", OnChange = "Running" };
        Assert.Equal(EventOutcomeKind.Created, Assert.IsType<EventMessage>(await WriteAsync(_bench.Known("my-op-redis"), phase)).Outcome);
        var same = Assert.IsType<VerboseMessage>(await WriteAsync(_bench.Known("my-op-redis"), phase));
        Assert.Matches("^Unchanged on redis/my-op-redis in namespace default: Normal PhaseChanged: phase is Running. The value was last recorded [0-9]+s ago.$", same.Text);
        Assert.Equal(EventOutcomeKind.Counted, Assert.IsType<EventMessage>(await WriteAsync(_bench.Known("my-op-redis"), phase with { OnChange = "Failed" })).Outcome);
    }

    [Theory]
    [InlineData("redis/my-op-redis")]
    [InlineData("rd/my-op-redis")]
    [InlineData("Redis.v1.cache.example.com/my-op-redis")]
    public async Task An_object_given_by_name_is_looked_up(string name)
    {
        var redis = _bench.Redis("my-op-redis");
        var written = Assert.IsType<EventMessage>(await WriteAsync(new NamedTarget(name)));
        Assert.Equal(redis, written.Event.InvolvedObject);
    }

    [Fact]
    public async Task A_name_is_looked_up_in_the_namespace_given()
    {
        _bench.Redis("my-op-redis", "shop");
        var written = Assert.IsType<EventMessage>(await WriteAsync(new NamedTarget("redis/my-op-redis"), ScaledUp with { Namespace = "shop" }));
        Assert.Equal(("shop", "shop"), (written.Event.Namespace, written.Event.InvolvedObject.Namespace));
    }

    [Fact]
    public async Task A_cluster_scoped_object_is_in_no_namespace_whichever_is_given()
    {
        var made = new KnownTarget("made", new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "made" });
        var node = new KnownTarget("node", new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "node-1", Uid = "b2c3d4e5-0000-4000-8000-000000000001" });
        _bench.Redis("my-op-redis", "shop");
        foreach (var (target, ns, objectNamespace) in new (ObjectTarget, string, string?)[] { (new NamedTarget("namespace/shop"), "default", null), (node, "default", null), (made, "shop", "shop") })
        {
            var written = Assert.IsType<EventMessage>(await WriteAsync(target, ScaledUp with { Namespace = "shop" })).Event;
            Assert.Equal((ns, objectNamespace), (written.Namespace, written.InvolvedObject.Namespace));
        }
    }

    [Theory]
    [InlineData(null, "default")]
    [InlineData("shop", "shop")]
    public async Task An_object_that_does_not_say_where_it_is_is_looked_for_in_what_the_server_serves(string? given, string expected)
    {
        _bench.Redis("my-op-redis", "shop");
        var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "made" };
        var shop = new ObjectReference { ApiVersion = "v1", Kind = "Namespace", Name = "shop" };
        // Nobody knows; so it is taken at the word of the help.
        var unserved = new ObjectReference { ApiVersion = "example.com/v1", Kind = "Unserved", Name = "made" };
        foreach (var (reference, objectNamespace) in new[] { (redis, expected), (shop, null), (unserved, expected) })
        {
            var written = Assert.IsType<EventMessage>(await WriteAsync(new KnownTarget("made", reference), ScaledUp with { Namespace = given, Related = new KnownTarget("made", reference) })).Event;
            Assert.Equal((objectNamespace ?? "default", objectNamespace, objectNamespace), (written.Namespace, written.InvolvedObject.Namespace, written.Related!.Namespace));
        }
    }

    [Fact]
    public async Task All_that_is_given_is_on_the_event()
    {
        var at = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var related = _bench.Known("replica");
        var written = Assert.IsType<EventMessage>(await WriteAsync(_bench.Known("my-op-redis"), ScaledUp with
        {
            Type = EventType.Warning,
            Action = "Scale",
            Related = related,
            Annotations = new Dictionary<string, string> { ["example.com/by"] = "jane" },
            Labels = new Dictionary<string, string> { ["team"] = "shop" },
            Source = new EventReporter("ops", "node-1"),
            Instance = "ops-0",
            FieldPath = "spec.replicas",
            FirstTimestamp = at.AddHours(-1),
            Timestamp = at,
        })).Event;
        Assert.Equal((EventType.Warning, "Scale", related.Reference), (written.Type, written.Action, written.Related));
        Assert.Equal(("jane", "shop"), (written.Annotations["example.com/by"], written.Labels["team"]));
        Assert.Equal(("ops", "node-1", "ops-0"), (written.Source, written.SourceHost, written.ReportingInstance));
        Assert.Equal(("spec.replicas", at.AddHours(-1), at), (written.InvolvedObject.FieldPath, written.FirstSeen, written.LastSeen));
    }

    [Fact]
    public async Task A_related_object_that_could_not_be_looked_up_is_looked_up_again_and_one_that_was_found_is_not()
    {
        var redis = _bench.Known("my-op-redis");
        var related = _bench.Redis("replica");
        var writing = new EventWriting(_bench.Session, ScaledUp with { Related = new NamedTarget("redis/replica") }, default);
        _bench.Sandbox.Faults.Next(Fault.Status(400, "BadRequest", "not yet"), request => request.Name == "replica");

        Error(await writing.WriteAsync(redis));

        for (var i = 0; i < 2; i++)
            Assert.Equal(related, Assert.IsType<EventMessage>(await writing.WriteAsync(redis)).Event.Related);
        Assert.Equal(2, _bench.Sandbox.Requests.Count(request => request.Path.EndsWith("/replica", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_an_error_that_says_what_is_not_recorded()
    {
        var error = Error(await WriteAsync(new NamedTarget("redis/gone")));
        Assert.Equal((ErrorId.ObjectNotFound, CmdletErrorCategory.ObjectNotFound, "redis/gone"), (error.Id, error.Category, error.Target));
        Assert.StartsWith("Not recorded on redis/gone: Normal ScaledUp: 100 % of {0}. ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone/my-op-redis", ErrorId.ResourceNotFound)]
    [InlineData("my-op-redis", ErrorId.ArgumentNotValid)]
    public async Task So_is_a_name_that_names_nothing(string name, string id) => Assert.Equal(id, Error(await WriteAsync(new NamedTarget(name))).Id);

    [Fact]
    public async Task So_is_an_object_that_cannot_be_referred_to()
    {
        var error = Error(await WriteAsync(new BadTarget("given", new ObjectReferenceException("The object has no kind."))));
        Assert.Equal((ErrorId.ObjectNotReferable, "given"), (error.Id, error.Target));
        Assert.EndsWith("The object has no kind.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_an_occurrence_that_is_not_valid() =>
        Assert.Equal(ErrorId.ArgumentNotValid, Error(await WriteAsync(_bench.Known("my-op-redis"), ScaledUp with { Reason = " " })).Id);

    [Fact]
    public void A_blank_component_is_an_error_before_anything_is_asked()
    {
        Assert.Throws<ArgumentException>(() => new EventWriting(_bench.Session, ScaledUp with { Source = new EventReporter(" ") }, default));
        Assert.Empty(_bench.Sandbox.Requests);
    }

    [Fact]
    public async Task A_refusal_carries_the_reason_of_the_server()
    {
        var redis = _bench.Known("my-op-redis");
        _bench.Sandbox.Faults.Always(Fault.ForbiddenByAdmission("exceeded quota: events"), IsEvent);
        var error = Error(await WriteAsync(redis));
        Assert.Equal((ErrorId.RequestRefused, CmdletErrorCategory.PermissionDenied), (error.Id, error.Category));
        Assert.Contains("exceeded quota: events", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_may_not_be_read_is_recorded_on_without_its_uid_and_that_is_said_once()
    {
        await using var bench = new CmdletBench(null, new SandboxUser("jane", "t0ken", new SandboxRule(["create", "patch"], ["*"], ["events"])));
        bench.Redis("my-op-redis");
        var told = new List<CmdletMessage>();
        bench.Session.Notices.Subscribe(told.Add);
        for (var i = 0; i < 2; i++)
        {
            var written = Assert.IsType<EventMessage>(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(new NamedTarget("redis/my-op-redis")));
            Assert.True(string.IsNullOrEmpty(written.Event.InvolvedObject.Uid));
        }

        var warning = Assert.IsType<WarningMessage>(Assert.Single(told)).Text;
        Assert.Contains("kubectl describe does not", warning, StringComparison.Ordinal);
        Assert.Contains("User \"jane\" may not get redises ", warning, StringComparison.Ordinal);
        Assert.EndsWith("\n- {apiGroups: [\"cache.example.com\"], resources: [\"redises\"], verbs: [\"get\"]}\nCheck with: kubectl auth can-i get redises.cache.example.com --namespace default", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_without_its_uid_is_the_same_as_the_one_with_it()
    {
        var redis = _bench.Redis("my-op-redis");
        Assert.Equal(redis.Uid, Assert.IsType<EventMessage>(await WriteAsync(Made)).Event.InvolvedObject.Uid);
        var counted = Assert.IsType<EventMessage>(await WriteAsync(new KnownTarget(redis, redis)));
        Assert.Equal((EventOutcomeKind.Counted, 2), (counted.Outcome, counted.Event.Count));
        Assert.Equal(1, _bench.Sandbox.Requests.Count(it => it is { Verb: "get", Resource: "redises" }));
    }

    [Fact]
    public async Task The_uid_is_that_of_the_object_that_is_there_now()
    {
        Assert.True(string.IsNullOrEmpty(Assert.IsType<EventMessage>(await WriteAsync(Made)).Event.InvolvedObject.Uid));
        var uids = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            var redis = _bench.Redis("my-op-redis");
            Assert.Equal(redis.Uid, Assert.IsType<EventMessage>(await WriteAsync(Made)).Event.InvolvedObject.Uid);
            Assert.True(uids.Add(redis.Uid!));
            using var client = new HttpClient(_bench.Sandbox.CreateHandler());
            using var deleted = await client.DeleteAsync(new Uri("http://sandbox/apis/cache.example.com/v1/namespaces/default/redises/my-op-redis"));
            Assert.True(deleted.IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task The_same_object_is_looked_up_once_for_all_who_ask_at_one_time()
    {
        _bench.Redis("my-op-redis");
        // The sandbox is held until all have asked.
        using var all = new CountdownEvent(3);
        _bench.Sandbox.Faults.Always(Fault.Delay(TimeSpan.Zero), it =>
        {
            if (it.Resource == "redises")
                all.Wait();
            return false;
        });
        var writes = Enumerable.Range(0, 3).Select(_ =>
        {
            var write = WriteAsync(Made);
            all.Signal();
            return write;
        }).ToArray();
        foreach (var message in await Task.WhenAll(writes))
            Assert.IsType<EventMessage>(message);
        Assert.Equal(1, _bench.Sandbox.Requests.Count(it => it is { Verb: "get", Resource: "redises" }));
    }

    [Fact]
    public async Task A_server_that_does_not_say_what_it_serves_is_no_object_that_is_not_there()
    {
        var told = new List<CmdletMessage>();
        _bench.Session.Notices.Subscribe(told.Add);
        _bench.Sandbox.Faults.Always(Fault.Status(404, "NotFound", "no discovery here"), it => !IsEvent(it));
        Assert.IsType<EventMessage>(await WriteAsync(Made));
        var warning = Assert.IsType<WarningMessage>(Assert.Single(told)).Text;
        Assert.Contains("no discovery here", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("not there", warning, StringComparison.Ordinal);
    }

    private static void HangLookups(CmdletBench bench, FakeTimeProvider time) => bench.Sandbox.Faults.Always(Fault.Hang(), it =>
    {
        if (it is { Verb: "get", Resource: "redises" })
            time.Advance(TimeSpan.FromSeconds(5));
        return it is { Verb: "get", Resource: "redises" };
    });

    private static KnownTarget Made => new("made", new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "my-op-redis" });

    [Fact]
    public async Task What_is_handed_over_waits_for_no_uid()
    {
        var made = _bench.Redis("my-op-redis") with { Uid = null };
        Assert.IsType<HandedOverMessage>(await new EventWriting(_bench.Session, ScaledUp, default).HandOverAsync(new KnownTarget("made", made)));
        Assert.DoesNotContain(_bench.Sandbox.Requests, it => it is { Verb: "get", Resource: "redises" });
    }

    [Theory]
    [InlineData(true, "an object that was given without its uid is not there")]
    [InlineData(false, "the object may not be read")]
    public async Task An_object_whose_uid_nobody_knows_is_recorded_on_as_given_and_that_is_said_once(bool mayRead, string why)
    {
        await using var bench = new CmdletBench(null, new SandboxUser("jane", "t0ken", new SandboxRule(mayRead ? ["*"] : ["create", "patch"], ["*"], ["*"])));
        var told = new List<CmdletMessage>();
        bench.Session.Notices.Subscribe(told.Add);
        foreach (var name in new[] { "a", "b", "a" })
        {
            var made = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = name };
            var written = Assert.IsType<EventMessage>(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(new KnownTarget("made", made)));
            Assert.True(string.IsNullOrEmpty(written.Event.InvolvedObject.Uid));
        }

        Assert.Contains(why, Assert.Single(told.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_uid_is_found_though_the_kind_is_served_in_another_version_than_before()
    {
        await _bench.Session.Mapper.GetResourcesAsync();
        _bench.Sandbox.Put(CmdletBench.Definition.Replace("\"v1\", \"served\"", "\"v2\", \"served\"", StringComparison.Ordinal));
        _bench.Sandbox.Put("""{ "apiVersion": "cache.example.com/v2", "kind": "Redis", "metadata": { "name": "my-op-redis", "namespace": "default", "uid": "uid-1" } }""");
        Assert.Equal("uid-1", Assert.IsType<EventMessage>(await new EventWriting(_bench.Session, ScaledUp, default).WriteAsync(Made)).Event.InvolvedObject.Uid);
    }

    [Theory]
    [InlineData("/apis")]
    [InlineData("/apis/cache.example.com/v1/namespaces/default/redises/my-op-redis")]
    public async Task That_a_path_leads_nowhere_says_nothing_of_the_object(string path)
    {
        var told = new List<CmdletMessage>();
        _bench.Session.Notices.Subscribe(told.Add);
        _bench.Sandbox.Faults.Always(Fault.Answer(404, "text/plain", "404 page not found"), request => request.Path == path);
        Assert.IsType<EventMessage>(await new EventWriting(_bench.Session, ScaledUp, default).WriteAsync(Made));
        Assert.Contains("the server does not say what it serves there: ", Assert.Single(told.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_is_recorded_on_though_the_server_does_not_say_its_uid_and_with_the_time_of_the_call()
    {
        var time = new FakeTimeProvider();
        await using var bench = new CmdletBench(time);
        var told = new TaskCompletionSource<CmdletMessage>();
        bench.Session.Notices.Subscribe(told.SetResult);
        HangLookups(bench, time);
        var called = time.GetUtcNow();
        var written = Assert.IsType<EventMessage>(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(Made)).Event;
        Assert.Equal((called, called + TimeSpan.FromSeconds(5)), (written.LastSeen, time.GetUtcNow()));
        Assert.Contains("did not say its uid within 5 s", Assert.IsType<WarningMessage>(await told.Task).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_busy_for_longer_leaves_one_event_without_its_uid_and_is_asked_for_the_next()
    {
        var time = new FakeTimeProvider();
        await using var bench = new CmdletBench(time);
        var told = new List<CmdletMessage>();
        bench.Session.Link.Notices.Subscribe(told.Add);
        bench.Session.Notices.Subscribe(told.Add);
        bench.Redis("my-op-redis");
        bench.Sandbox.Faults.Next(Fault.TooManyRequests(TimeSpan.FromSeconds(10)), request => request.Resource == "redises");
        var writing = new EventWriting(bench.Session, ScaledUp, default).WriteAsync(Made);
        await SpoolRun.Until(() => told.Count > 0);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Assert.IsType<EventMessage>(await writing).Event.InvolvedObject.Uid);
        Assert.DoesNotContain(told, message => message is WarningMessage);
        Assert.NotNull(Assert.IsType<EventMessage>(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(Made)).Event.InvolvedObject.Uid);
    }

    [Fact]
    public async Task What_hangs_is_waited_for_once_a_minute_by_all_objects_of_its_kind()
    {
        var time = new FakeTimeProvider();
        await using var bench = new CmdletBench(time);
        HangLookups(bench, time);
        foreach (var (after, lookups) in new[] { (0, 1), (1, 1), (58, 1), (1, 2), (1, 2) })
        {
            time.Advance(TimeSpan.FromSeconds(after));
            Assert.IsType<EventMessage>(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(Made with { Reference = Made.Reference with { Name = $"redis-{after}" } }));
            Assert.Equal(lookups, bench.Sandbox.Count("get", "redises"));
        }
    }

    [Fact]
    public async Task That_a_role_may_only_create_is_a_warning_once()
    {
        await using var bench = new CmdletBench(null, new SandboxUser("jane", "t0ken", new SandboxRule(["create"], ["*"], ["events"])));
        var redis = bench.Known("my-op-redis");
        var told = new List<CmdletMessage>();
        for (var i = 0; i < 4; i++)
        {
            using var listening = bench.Session.Notices.Subscribe(told.Add);
            Assert.IsType<EventMessage>(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(redis));
        }

        Assert.Contains("repeated events become new events", Assert.Single(told.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_recorder_is_warned_of_while_no_cmdlet_runs_the_next_one_tells()
    {
        await using var bench = new CmdletBench(null, new SandboxUser("jane", "t0ken", new SandboxRule(["create"], ["*"], ["events"])));
        var redis = bench.Redis("my-op-redis");
        await using var broadcaster = bench.Session.NewBroadcaster(ObjectReferenceReader.Default, null, new NotAccepted());
        var recorder = broadcaster.NewRecorder("test");
        for (var i = 0; i < 2; i++)
            await recorder.RecordAsync(new Occurrence { Regarding = redis, Reason = "ScaledUp", Message = "m" });
        var told = new List<CmdletMessage>();
        using var listening = bench.Session.Notices.Subscribe(told.Add);
        Assert.IsType<WarningMessage>(Assert.Single(told));
    }

    [Fact]
    public async Task A_missing_right_names_the_rule_to_add()
    {
        await using var bench = new CmdletBench(null, new SandboxUser("jane", "t0ken", new SandboxRule(["get"], ["*"], ["*"])));
        var error = Error(await new EventWriting(bench.Session, ScaledUp, default).WriteAsync(bench.Known("my-op-redis")));
        Assert.Equal((ErrorId.AccessDenied, CmdletErrorCategory.PermissionDenied), (error.Id, error.Category));
        Assert.Contains("verbs: [\"create\"]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_retry_is_said_once()
    {
        var redis = _bench.Known("my-op-redis");
        using var listening = _bench.Session.Notices.Subscribe(_bench.Messages.Add);
        _bench.Sandbox.Faults.Next(Fault.Reset(), IsEvent).Next(Fault.Reset(), IsEvent);
        Assert.IsType<EventMessage>(await WriteAsync(redis));
        var line = Assert.IsType<WaitingMessage>(Assert.Single(_bench.Messages)).Text;
        Assert.StartsWith("redis/my-op-redis in namespace default: Normal ScaledUp: 100 % of {0} is not written yet", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_timeout_ends_is_not_written()
    {
        var redis = _bench.Known("my-op-redis");
        _bench.Sandbox.Faults.Always(Fault.Reset(), IsEvent);
        var error = Error(await WriteAsync(redis, ScaledUp with { Timeout = TimeSpan.FromMilliseconds(1) }));
        Assert.Contains(error.Id, new[] { ErrorId.EventNotWritten, ErrorId.EventOutcomeUnknown });
    }

    [Fact]
    public async Task An_outage_is_waited_for_once_by_all_objects_that_are_looked_up()
    {
        var time = new WaitlessTimeProvider();
        await using var session = WaitlessSession(time);
        var writing = new EventWriting(session, ScaledUp, CancellationToken.None);
        _bench.Sandbox.Faults.Always(Fault.Refuse());
        Assert.Equal(ErrorId.ClusterUnreachable, Error(await writing.WriteAsync(new NamedTarget("redis/one"))).Id);
        Assert.InRange(time.Waits.Sum(wait => wait.TotalSeconds), 20, 30);
        time.Waits.Clear();
        Assert.Equal(ErrorId.ClusterUnreachable, Error(await writing.WriteAsync(new NamedTarget("redis/two"))).Id);
        Assert.InRange(time.Waits.Sum(wait => wait.TotalSeconds), 0, 1);
    }

    [Fact]
    public async Task What_is_kept_in_the_spool_is_a_warning_that_says_where_and_what_to_do()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        var redis = _bench.Known("my-op-redis");
        _bench.Sandbox.Faults.Always(Fault.Refuse(), IsEvent);
        var request = ScaledUp with { Timeout = TimeSpan.FromMilliseconds(1) };
        var warning = Assert.IsType<SpooledMessage>(await new EventWriting(session, request, CancellationToken.None).WriteAsync(redis)).Text;
        Assert.StartsWith("Not recorded yet on redis/my-op-redis in namespace default: Normal ScaledUp: 100 % of {0}. ", warning, StringComparison.Ordinal);
        Assert.Contains(folder.File("spool"), warning, StringComparison.Ordinal);
        Assert.Contains("Sync-KubeEvent", warning, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.File("spool")));
    }

    [Fact]
    public async Task An_error_that_nobody_foresaw_is_an_error_of_that_object_only()
    {
        await using var session = Clusters.Session(Clusters.Over(new FakeHandler(_ => throw new InvalidOperationException("odd"))));
        var request = ScaledUp with { Timeout = TimeSpan.FromMilliseconds(1) };
        var error = Error(await new EventWriting(session, request, CancellationToken.None).WriteAsync(_bench.Known("my-op-redis")));
        Assert.Equal((ErrorId.EventOutcomeUnknown, CmdletErrorCategory.WriteError), (error.Id, error.Category));
        Assert.EndsWith("odd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_shows_the_beginning_of_a_long_message_made_safe_for_a_terminal()
    {
        var error = Error(await WriteAsync(new NamedTarget("redis/gone"), ScaledUp with { Message = "\u001b[31m" + new string('x', 1_000_000) }));
        Assert.Contains("ScaledUp: ^[[31mxxx", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 200, 400);
    }

    [Fact]
    public async Task Repeats_are_counted_but_neither_combined_nor_limited()
    {
        var redis = _bench.Known("my-op-redis");
        for (var i = 0; i < 40; i++)
            Assert.IsType<EventMessage>(await WriteAsync(redis, ScaledUp with { Message = $"{i} replicas" }));
        Assert.Equal((40, 0), (_bench.Session.Broadcaster.Statistics.Created, _bench.Session.Broadcaster.Statistics.Combined + _bench.Session.Broadcaster.Statistics.Deferred));
    }

    // The connection has a clock of its own: its timeouts are no waits.
    private ClusterSession WaitlessSession(WaitlessTimeProvider time) =>
        Clusters.Session(Clusters.Over(_bench.Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/") }), time: time);

    private static bool IsEvent(SandboxRequest request) => request.Path.Contains("/events", StringComparison.Ordinal);

    private static CmdletError Error(CmdletMessage message) => Assert.IsType<ErrorMessage>(message).Error;

    private Task<CmdletMessage> WriteAsync(ObjectTarget target, WriteRequest? request = null) =>
        new EventWriting(_bench.Session, request ?? ScaledUp, CancellationToken.None).WriteAsync(target);
}
