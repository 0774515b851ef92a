using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>Roles that allow less than create and patch in the preferred group, and servers with other rules.</summary>
public class RightsTests
{
    public static readonly TheoryData<string> Groups = [EventApiVersion.CoreV1, EventApiVersion.EventsV1];

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task With_create_alone_each_write_is_an_event_and_that_is_said_once(string apiVersion)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion });
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));

        for (var i = 0; i < 4; i++)
            Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync(TestRecorder.ScaledUp with { Reason = "Other" })).Kind);

        Assert.Equal([1, 1, 1, 1, 1], test.Sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        // The one that was to count up, and the question whether that was so for a moment only.
        Assert.Equal(2, test.Sink.Requests.Count(request => !request.IsCreate));
        Assert.Contains("Add the verb patch to the role", Assert.Single(test.Observer.Warnings), StringComparison.Ordinal);
        test.AssertAddsUp(5);
    }

    [Fact]
    public async Task Where_a_policy_forbids_to_count_up_each_write_is_an_event_and_that_is_said_once()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Of(403, "Forbidden", "policy 'frozen' denied the request: no updates"));

        for (var i = 0; i < 4; i++)
            Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);

        Assert.Equal([1, 1, 1, 1], test.Sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        var warning = Assert.Single(test.Observer.Warnings);
        Assert.StartsWith("The server refused to count up an event of core/v1 in the namespace ", warning, StringComparison.Ordinal);
        Assert.Contains("policy 'frozen' denied the request", warning, StringComparison.Ordinal);
        test.AssertAddsUp(4);
    }

    [Fact]
    public async Task A_role_that_was_mended_is_found_out_after_some_minutes()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        for (var i = 0; i < 3; i++)
            await test.RecordAsync();
        test.Sink.Fault = static _ => null;
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);

        test.Time.Advance(TimeSpan.FromMinutes(6));
        for (var i = 0; i < 8; i++)
            Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);

        // All on the event of the series, whose name needs no luck to be found.
        Assert.Equal([9, 1, 1, 1], test.Sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        Assert.Single(test.Observer.Warnings);
        test.AssertAddsUp(12);
    }

    [Fact]
    public async Task A_role_that_was_not_mended_is_asked_again_only_every_few_minutes_and_said_once()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
            test.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(20, test.Sink.SumOfCounts);
        Assert.Equal(7, test.Sink.Requests.Count(request => !request.IsCreate));
        Assert.Single(test.Observer.Warnings);
    }

    [Fact]
    public async Task A_role_that_was_away_for_a_moment_makes_no_new_events()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        test.Sink.Fault = request => SinkFault.Answer(ApiErrors.Forbidden(request.IsCreate ? "create" : "patch"));
        for (var i = 0; i < 3; i++)
            Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync()).Kind);
        test.Sink.Fault = static _ => null;
        for (var i = 0; i < 3; i++)
            Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);

        Assert.Equal(4, Assert.Single(test.Sink.Server.Events).Count);
        Assert.Empty(test.Observer.Warnings);
        test.AssertAddsUp(7);
    }

    [Fact]
    public async Task One_that_came_back_before_the_other_group_was_tried_sends_nothing_more_there()
    {
        await using var test = new TestRecorder();
        var forbidden = 1;
        test.Sink.Fault = _ => forbidden-- > 0 ? SinkFault.Answer(ApiErrors.Forbidden("create")) : null;
        Assert.Equal(EventApiVersion.EventsV1, (await test.RecordAsync()).Event!.ApiVersion);

        Assert.Equal(EventApiVersion.CoreV1, (await test.RecordAsync(TestRecorder.ScaledUp with { Message = "new" })).Event!.ApiVersion);
        Assert.Contains("are written through events.k8s.io/v1", Assert.Single(test.Observer.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_came_back_between_two_requests_of_a_write_makes_one_new_event()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        var forbidden = 1;
        test.Sink.Fault = _ => forbidden-- > 0 ? SinkFault.Answer(ApiErrors.Forbidden("patch")) : null;

        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        for (var i = 0; i < 3; i++)
            Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);

        Assert.Equal([4, 1], test.Sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        test.AssertAddsUp(5);
    }

    [Theory]
    [InlineData(404, "NotFound", EventOutcomeKind.Counted, 1)]
    [InlineData(503, "ServiceUnavailable", EventOutcomeKind.Created, 2)]
    [InlineData(500, "InternalError", EventOutcomeKind.Created, 1)]
    public async Task The_question_whether_it_is_so_is_answered_by_the_role_alone(int code, string reason, EventOutcomeKind next, int questions)
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        var asked = 0;
        test.Sink.Fault = request => request.IsCreate ? null
            : request.IsRead && asked++ == 0 ? SinkFault.Answer(ApiErrors.Of(code, reason, "the first question"))
            : code == 404 && asked > 0 ? null
            : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);

        Assert.Equal(next, (await test.RecordAsync()).Kind);
        Assert.Equal(questions, test.Sink.Requests.Count(request => request.IsRead && request.Name != test.Sink.Server.Events[0].Name));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public async Task The_group_that_was_forbidden_is_tried_again_after_some_minutes(int minutes)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.ApiVersion == EventApiVersion.CoreV1 ? SinkFault.Answer(ApiErrors.Forbidden("create")) : null;
        await test.RecordAsync();
        await test.RecordAsync(TestRecorder.ScaledUp with { Message = "once more" });
        test.Sink.Fault = static _ => null;
        test.Time.Advance(TimeSpan.FromMinutes(minutes));

        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Message = "new" });

        Assert.Equal(minutes > 0 ? EventApiVersion.CoreV1 : EventApiVersion.EventsV1, outcome.Event!.ApiVersion);
    }

    [Fact]
    public async Task The_group_and_the_namespace_of_an_event_that_is_there_already_are_remembered_too()
    {
        await using var test = new TestRecorder();
        await using (var earlier = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 }, test.Sink.Server))
            await earlier.RecordAsync();
        test.Sink.Fault = request => request.ApiVersion == EventApiVersion.CoreV1 ? SinkFault.Answer(ApiErrors.Forbidden("create")) : null;

        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);
        foreach (var message in new[] { "new", "newer", "newest" })
            Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync(TestRecorder.ScaledUp with { Message = message })).Kind);

        // The second makes sure that the role had not just been away.
        Assert.Equal(2, test.Sink.Requests.Count(request => request.ApiVersion == EventApiVersion.CoreV1));
        Assert.Contains("are written through events.k8s.io/v1", Assert.Single(test.Observer.Notices), StringComparison.Ordinal);
        Assert.Empty(test.Observer.Warnings);
    }

    [Fact]
    public async Task A_series_that_moves_to_the_other_group_leaves_its_count_where_it_was()
    {
        await using var test = new TestRecorder();
        for (var i = 0; i < 3; i++)
            await test.RecordAsync();
        test.Sink.Fault = request => request.ApiVersion == EventApiVersion.CoreV1 ? SinkFault.Answer(ApiErrors.Forbidden(request.IsCreate ? "create" : "patch")) : null;

        for (var i = 0; i < 2; i++)
            await test.RecordAsync();

        Assert.Equal([(EventApiVersion.CoreV1, 3), (EventApiVersion.EventsV1, 2)], test.Sink.Server.Events.Select(kubeEvent => (kubeEvent.ApiVersion, kubeEvent.Count)));
        test.AssertAddsUp(5);
    }

    [Fact]
    public async Task With_create_alone_the_event_of_an_earlier_process_is_no_obstacle()
    {
        await using var test = new TestRecorder();
        await using (var earlier = new TestRecorder(sink: test.Sink.Server))
            await earlier.RecordAsync();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));

        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        Assert.Equal(2, test.Sink.Server.Events.Count);
    }

    [Fact]
    public async Task With_create_alone_a_lost_answer_is_made_sure_of_by_the_random_name()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        await test.RecordAsync();
        await test.RecordAsync();
        test.Sink.Next(SinkFault.LostAfterApplying());

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, 3), (outcome.Kind, test.Sink.Server.Events.Count));
        Assert.Equal(test.Sink.Server.Events[^1].Name, outcome.Event!.Name);
    }

    [Fact]
    public async Task With_create_alone_the_lost_answer_of_the_common_name_stays_unknown_and_is_not_waited_for()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        test.Sink.Next(SinkFault.LostAfterApplying());

        Assert.Equal(EventOutcomeKind.Unknown, (await test.RecordAsync()).Kind);

        Assert.InRange(test.Time.GetUtcNow() - SampleEvents.Noon, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        test.AssertAddsUp(1);
    }

    [Theory]
    [InlineData(EventApiVersion.CoreV1, EventApiVersion.EventsV1, "events.k8s.io/v1")]
    [InlineData(EventApiVersion.EventsV1, EventApiVersion.CoreV1, "core/v1")]
    public async Task Where_one_group_is_forbidden_the_other_is_used_and_that_is_said_once(string preferred, string allowed, string name)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = preferred });
        test.Sink.Fault = request => request.ApiVersion == allowed ? null : SinkFault.Answer(ApiErrors.Forbidden("create"));

        for (var i = 0; i < 3; i++)
            test.Event($"m{i}");
        await test.FlushAsync();
        for (var i = 0; i < 3; i++)
            test.Event($"m{i}");
        await test.FlushAsync();
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync(TestRecorder.ScaledUp with { Message = "new" })).Kind);

        Assert.All(test.Sink.Server.Events, kubeEvent => Assert.Equal(allowed, kubeEvent.ApiVersion));
        Assert.Equal([2, 2, 2, 1], test.Sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        Assert.InRange(test.Sink.Requests.Count(request => request.ApiVersion == preferred), 1, 3);
        Assert.Contains($"through {name}, because", Assert.Single(test.Observer.Notices), StringComparison.Ordinal);
        test.AssertAddsUp(7);
    }

    [Fact]
    public async Task A_group_is_remembered_for_each_namespace_by_itself()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request is { Namespace: "wire", ApiVersion: EventApiVersion.CoreV1 } ? SinkFault.Answer(ApiErrors.Forbidden("create")) : null;
        await test.RecordAsync();
        var elsewhere = await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Namespace = "other" } });
        Assert.Equal(EventApiVersion.CoreV1, elsewhere.Event!.ApiVersion);
    }

    [Fact]
    public async Task Where_both_groups_are_forbidden_it_is_refused_with_the_reason()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => SinkFault.Answer(ApiErrors.Forbidden("create", request.ApiVersion == EventApiVersion.CoreV1 ? "" : "events.k8s.io"));

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Refused, 403), (outcome.Kind, outcome.Status!.Code));
        Assert.Contains("in API group \"\"", outcome.Status.Message, StringComparison.Ordinal);
        Assert.Equal(2, test.Sink.Requests.Count);
        Assert.Empty(test.Observer.Notices);

        // So it is with every write of the series.
        Assert.Contains("in API group \"\"", (await test.RecordAsync()).Status!.Message, StringComparison.Ordinal);

        // A role that is mended later is used at once.
        test.Sink.Fault = _ => null;
        var created = await test.RecordAsync();
        Assert.Equal((EventOutcomeKind.Created, EventApiVersion.CoreV1), (created.Kind, created.Event!.ApiVersion));
        test.AssertAddsUp(3);
    }

    [Theory]
    [InlineData("Other", "Scaling", "ScaledUp")]
    [InlineData(EventType.Normal, "a", "r")]
    public async Task What_events_v1_would_refuse_does_not_go_there(string type, string action, string reason)
    {
        await using var test = new TestRecorder(options => options with { AllowOtherTypes = true });
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Forbidden("create"));
        var isLong = type == EventType.Normal;
        foreach (var occurrence in new[]
        {
            TestRecorder.ScaledUp with { Type = type, Action = isLong ? new string('a', 129) : action, Reason = reason },
            TestRecorder.ScaledUp with { Type = type, Action = action, Reason = isLong ? new string('r', 129) : reason },
        })
            Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync(occurrence)).Kind);

        Assert.DoesNotContain(test.Sink.Requests, request => request.ApiVersion == EventApiVersion.EventsV1);
    }

    [Fact]
    public async Task An_event_about_a_cluster_scoped_object_stands_in_default()
    {
        foreach (var apiVersion in new[] { EventApiVersion.CoreV1, EventApiVersion.EventsV1 })
        {
            await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion });
            Assert.Equal("default", (await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet })).Event!.Namespace);
        }
    }

    [Fact]
    public async Task Where_an_old_server_wants_it_in_kube_system_that_is_remembered()
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 });
        test.Sink.Fault = request => request is { IsCreate: true, Namespace: "default" } ? SinkFault.Answer(ApiErrors.WrongNamespace()) : null;

        Assert.Equal("kube-system", (await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet })).Event!.Namespace);
        Assert.Equal(2, (await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet })).Event!.Count);
        Assert.Equal("kube-system", (await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet, Message = "new" })).Event!.Namespace);

        Assert.Equal(["default", "kube-system", "kube-system", "kube-system"], test.Sink.Requests.Select(request => request.Namespace));
        test.AssertAddsUp(3);
    }

    [Fact]
    public async Task Where_an_earlier_process_found_the_namespace_of_an_old_server_it_is_remembered_by_the_next()
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 });
        test.Sink.Fault = request => request is { IsCreate: true, Namespace: "default" } ? SinkFault.Answer(ApiErrors.WrongNamespace()) : null;
        await using (var earlier = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 }, test.Sink))
            await earlier.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet });

        Assert.Equal(2, (await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet })).Event!.Count);
        await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet, Message = "new" });

        // Once by each process.
        Assert.Equal(2, test.Sink.Requests.Count(request => request.Namespace == "default"));
    }

    [Fact]
    public async Task The_other_group_has_its_own_namespace_for_cluster_scoped_objects()
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 });
        test.Sink.Fault = request => (request.ApiVersion, request.Namespace) switch
        {
            (EventApiVersion.EventsV1, "default") or (EventApiVersion.CoreV1, not "default") => SinkFault.Answer(ApiErrors.WrongNamespace()),
            (EventApiVersion.EventsV1, _) => SinkFault.Answer(ApiErrors.Forbidden("create")),
            _ => null,
        };

        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = TestRecorder.Fleet });

        Assert.Equal((EventOutcomeKind.Created, EventApiVersion.CoreV1, "default"), (outcome.Kind, outcome.Event!.ApiVersion, outcome.Event.Namespace));
    }

    [Fact]
    public async Task A_namespaced_object_is_never_moved_to_another_namespace()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.WrongNamespace());
        Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync()).Kind);
        Assert.Single(test.Sink.Requests);
    }
}
