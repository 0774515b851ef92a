using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>Occurrences that are recorded only if their value differs from the last one.</summary>
public class OnChangeTests
{
    [Fact]
    public async Task Only_a_value_that_differs_from_the_last_is_recorded_and_one_event_shows_the_latest()
    {
        await using var test = new TestRecorder();

        Assert.Equal(EventOutcomeKind.Created, await PhaseAsync(test, "Pending"));
        Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(test, "Pending"));
        test.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(test, "Failed", EventType.Warning));
        test.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(test, "Failed", EventType.Warning));

        var shown = test.Sink.Event;
        Assert.Equal((2, EventType.Warning, "the phase is Failed"), (shown.Count, shown.Type, shown.Message));
        Assert.Equal((SampleEvents.Noon, SampleEvents.Noon.AddMinutes(1)), (shown.FirstSeen, shown.LastSeen));
        Assert.Equal((1, 1, 2), (test.Statistics.Created, test.Statistics.Counted, test.Statistics.Unchanged));
        test.AssertAddsUp(4);
    }

    [Fact]
    public async Task What_was_seen_within_the_last_second_is_not_asked_for_again()
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Running");
        for (var i = 0; i < 1_000; i++)
        {
            var outcome = await test.RecordAsync(Phase("Running"));
            Assert.Equal((EventOutcomeKind.Unchanged, test.Sink.Event.Name), (outcome.Kind, outcome.Event!.Name));
        }

        Assert.Single(test.Sink.Requests);

        test.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 10; i++)
            Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(test, "Running"));
        Assert.Equal(2, test.Sink.Requests.Count);
        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(test, "Failed"));
        test.AssertAddsUp(1_012);
    }

    [Fact]
    public async Task Another_process_knows_the_value()
    {
        var server = new InMemoryEventSink();
        await using (var earlier = new TestRecorder(sink: server))
            await PhaseAsync(earlier, "Running");

        await using var test = new TestRecorder(sink: server);
        Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(test, "Running"));
        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(test, "Failed"));
    }

    [Fact]
    public async Task A_value_that_another_process_changed_meanwhile_is_not_taken_for_the_same()
    {
        var server = new InMemoryEventSink();
        await using var one = new TestRecorder(sink: server);
        await using var other = new TestRecorder(sink: server);
        await PhaseAsync(one, "Running");
        await PhaseAsync(other, "Failed");
        one.Time.Advance(TimeSpan.FromSeconds(1));
        other.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(one, "Running"));
        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(other, "Failed"));
        Assert.Equal(4, Assert.Single(server.Events).Count);
    }

    [Theory]
    [InlineData("Pending", "Running", "Running", "Pending", "Running", "Running")]
    [InlineData("Running", "Pending")]
    [InlineData("Pending", "Pending")]
    public async Task What_is_pending_together_goes_in_one_write_and_each_has_its_outcome(params string[] values)
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Pending");

        var outcomes = await WhileOneIsHeldAsync(test, "Pending", values);

        var changes = outcomes.Count(outcome => outcome.Kind != EventOutcomeKind.Unchanged);
        Assert.Equal(values.Zip(values.Prepend("Pending"), (value, before) => value != before), outcomes.Select(outcome => outcome.Kind != EventOutcomeKind.Unchanged));
        Assert.Equal((1 + changes, $"the phase is {values[^1]}"), (test.Sink.Event.Count, test.Sink.Event.Message));
        Assert.Equal(changes > 0 ? 1 : 0, test.Sink.Requests.Count(request => request.IsCountUp));
        test.AssertAddsUp(2 + values.Length);
    }

    [Fact]
    public async Task Type_and_message_do_not_tell_values_apart_but_reason_object_and_source_do()
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Running");
        Assert.Equal(EventOutcomeKind.Unchanged, (await test.RecordAsync(Phase("Running") with { Type = EventType.Warning, Message = "other" })).Kind);
        Assert.True((await test.RecordAsync(Phase("Running"))).IsOnServer);

        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync(Phase("Running") with { Reason = "Other" })).Kind);
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync(Phase("Running") with { Regarding = TestRecorder.Fleet })).Kind);
        Assert.Equal(EventOutcomeKind.Created, (await test.WaitAsync(test.Broadcaster.NewRecorder("Other").RecordAsync(Phase("Running")))).Kind);
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync(Phase("Running") with { OnChange = null, Message = "" })).Kind);
    }

    [Theory]
    [InlineData("", "x")]
    [InlineData("扩容", "缩容")]
    [InlineData("Running", "running")]
    [InlineData("1", "1 ")]
    public async Task Any_text_is_a_value(string value, string other)
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, value);
        Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(test, value));
        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(test, other));
    }

    [Fact]
    public async Task A_long_value_stands_on_the_event_as_a_hash()
    {
        await using var test = new TestRecorder();
        var value = new string('x', 2_000_000) + "\ud800";
        await test.RecordAsync(Phase("") with { OnChange = value, Annotations = new Dictionary<string, string> { ["team"] = "caching" } });
        Assert.Equal(EventOutcomeKind.Unchanged, (await test.RecordAsync(Phase("") with { OnChange = value })).Kind);

        Assert.Equal(32, test.Sink.Event.Annotations[ValueMark.Annotation].Length);
        Assert.Equal("caching", test.Sink.Event.Annotations["team"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_answer_is_found_again(bool applied)
    {
        await using var test = new TestRecorder();
        test.Sink.Next(applied ? SinkFault.LostAfterApplying() : SinkFault.Lost());
        Assert.Equal(EventOutcomeKind.Created, await PhaseAsync(test, "Pending"));
        test.Sink.Next(applied ? SinkFault.LostAfterApplying() : SinkFault.Lost());
        Assert.Equal(EventOutcomeKind.Counted, await PhaseAsync(test, "Running"));

        Assert.Equal((2, "the phase is Running"), (test.Sink.Event.Count, test.Sink.Event.Message));
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task A_value_that_came_to_be_the_same_while_the_answer_was_lost_is_not_recorded_again()
    {
        await using var test = new TestRecorder();
        await using var other = new TestRecorder(sink: test.Sink.Server);
        await PhaseAsync(test, "Pending");
        test.Sink.Next(SinkFault.Lost() with { Afterwards = () => PhaseAsync(other, "Running").GetAwaiter().GetResult() });

        Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(test, "Running"));
        Assert.Equal(2, test.Sink.Event.Count);
    }

    [Fact]
    public async Task When_the_event_is_gone_the_memory_is()
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Pending");
        await PhaseAsync(test, "Running");
        var emptied = new InMemoryEventSink();
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Sink.Fault = _ => SinkFault.Says((request, token) => request.IsCreate ? emptied.CreateAsync(request.Create!, token) : emptied.PatchAsync(request.Patch!, token));

        Assert.Equal(EventOutcomeKind.Created, await PhaseAsync(test, "Running"));
        Assert.Equal(3, Assert.Single(emptied.Events).Count);
    }

    [Fact]
    public async Task What_seemed_the_same_is_recorded_if_the_event_is_gone_when_it_is_to_be_changed()
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Pending");
        var emptied = new InMemoryEventSink();
        test.Sink.Fault = request => request.IsCountUp ? SinkFault.Answer(ApiErrors.Of(404)) : request.IsCreate ? SinkFault.Says((create, token) => emptied.CreateAsync(create.Create!, token)) : null;

        var outcomes = await WhileOneIsHeldAsync(test, "Pending", ["Pending", "Running"]);

        Assert.Equal([EventOutcomeKind.Created, EventOutcomeKind.Counted], outcomes.Select(outcome => outcome.Kind));
        Assert.Equal(3, Assert.Single(emptied.Events).Count);
    }

    [Fact]
    public async Task Without_the_verb_patch_it_is_refused_with_the_reason()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));

        Assert.Equal(EventOutcomeKind.Created, await PhaseAsync(test, "Pending"));
        test.Time.Advance(TimeSpan.FromSeconds(1));
        var same = await test.RecordAsync(Phase("Pending"));
        var changed = await test.RecordAsync(Phase("Running"));

        Assert.All([same, changed], outcome => Assert.Equal((EventOutcomeKind.Refused, 403), (outcome.Kind, outcome.Status!.Code)));
        Assert.Equal(1, test.Sink.Event.Count);
        test.AssertAddsUp(3);
    }

    [Fact]
    public async Task Where_a_policy_forbids_to_change_the_event_the_values_are_refused()
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Pending");
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Of(403, "Forbidden", "policy 'frozen' denied the request: no updates"));

        Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync(Phase("Running"))).Kind);

        Assert.Equal(1, test.Sink.Event.Count);
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task It_goes_through_core_v1_whatever_the_others_do()
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 });
        await PhaseAsync(test, "Pending");
        await PhaseAsync(test, "Running");
        Assert.Equal((EventApiVersion.CoreV1, 2), (test.Sink.Event.ApiVersion, test.Sink.Event.Count));
        Assert.Equal(EventApiVersion.EventsV1, (await test.RecordAsync()).Event!.ApiVersion);
    }

    [Fact]
    public async Task A_strangers_event_under_our_name_is_left_alone()
    {
        await using var test = new TestRecorder();
        await PhaseAsync(test, "Pending");
        var ours = test.Sink.Event;
        var server = new InMemoryEventSink();
        await server.CreateAsync(ours with { Reason = "Stranger" }, CancellationToken.None);

        await using var later = new TestRecorder(sink: server);
        Assert.Equal(EventOutcomeKind.Created, await PhaseAsync(later, "Pending"));
        Assert.Equal(EventOutcomeKind.Unchanged, await PhaseAsync(later, "Pending"));
        Assert.Equal([ours.Name, ours.Name + "-2"], server.Events.Select(kubeEvent => kubeEvent.Name).Order());
    }

    [Fact]
    public async Task Looking_whether_a_value_has_changed_is_not_limited_but_changing_it_is()
    {
        await using var test = new TestRecorder(options => options with { RateLimit = new RateLimitOptions { Burst = 2 } });
        await PhaseAsync(test, "Pending");
        for (var i = 0; i < 10; i++)
            Assert.False((await test.RecordAsync(Phase("Pending"))).Deferred);
        Assert.False((await test.RecordAsync(Phase("Running"))).Deferred);
        Assert.True((await test.RecordAsync(Phase("Failed"))).Deferred);
    }

    [Fact]
    public async Task It_is_never_spooled()
    {
        using var folder = new TempFolder();
        await using var test = new TestRecorder(options => options with { Spool = new SpoolOptions { Directory = folder.Path, Cluster = "c", User = "u" } });
        test.Sink.Fault = _ => SinkFault.Lost();
        Assert.Equal(EventOutcomeKind.Unknown, await PhaseAsync(test, "Pending"));

        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(429));
        Assert.Equal(EventOutcomeKind.Failed, (await test.RecordAsync(Phase("Running") with { Reason = "Other" })).Kind);
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task Each_change_is_recorded_and_nothing_else_whatever_goes_wrong()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (sink, values, outcomes) = await PlayAsync(seed, writers: 1);

            var expected = values.Select((value, i) => i == 0 || value != values[i - 1]).ToArray();
            Assert.True(expected.SequenceEqual(outcomes.Select(outcome => outcome.Kind != EventOutcomeKind.Unchanged)), $"seed {seed}: {string.Join(", ", outcomes.Select(outcome => outcome.Kind))} for {string.Join(", ", values)}");
            Assert.Equal(expected.Count(change => change), sink.Event.Count);
            Assert.Equal($"the phase is {values[^1]}", sink.Event.Message);
        }
    }

    [Fact]
    public async Task Two_processes_record_no_value_twice_in_a_row_and_count_exactly()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (sink, _, outcomes) = await PlayAsync(seed, writers: 2);

            Assert.True(sink.Event.Count == outcomes.Count(outcome => outcome.Kind != EventOutcomeKind.Unchanged), $"seed {seed}");
            Assert.Single(outcomes, outcome => outcome.Kind == EventOutcomeKind.Created);
            Assert.All(outcomes, outcome => Assert.True(outcome.IsOnServer, $"seed {seed}: {outcome.Kind}"));
        }
    }

    private static async Task<(FaultySink Sink, List<string> Values, EventOutcome[] Outcomes)> PlayAsync(int seed, int writers)
    {
        var random = new LockedRandom(seed);
        var sink = new FaultySink { Fault = _ => random.Next(5) switch { 0 => SinkFault.Lost(), 1 => SinkFault.LostAfterApplying(), _ => null } };
        var time = new FakeTimeProvider(SampleEvents.Noon);
        // Their clock goes on to the next timer of either, while the other one may still be at work.
        await using var one = new TestRecorder(Patient, sink, time, seed);
        await using var other = new TestRecorder(Patient, sink, time, ~seed);
        var (values, outcomes) = (new List<string>(), new List<Task<EventOutcome>>());
        for (var i = 0; i < 30; i++)
        {
            values.Add($"{random.Next(3)}");
            outcomes.Add((random.Next(writers) == 0 ? one : other).Recorder.RecordAsync(Phase(values[^1])));
            if (random.Next(3) == 0)
                await one.WaitAsync(outcomes[^1]);
        }

        return (sink, values, await one.WaitAsync(Task.WhenAll(outcomes)));
    }

    private static EventBroadcasterOptions Patient(EventBroadcasterOptions options) => options with { WriteDeadline = TimeSpan.FromMinutes(10) };

    /// <summary>Lets the values wait together behind one whose first request fails.</summary>
    private static async Task<EventOutcome[]> WhileOneIsHeldAsync(TestRecorder test, string held, string[] values)
    {
        test.Time.Advance(TimeSpan.FromSeconds(1));
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(503)));
        var first = test.Recorder.RecordAsync(Phase(held));
        await SpoolRun.Until(() => test.Observer.Retries.Count > 0);
        var outcomes = values.Select(value => test.Recorder.RecordAsync(Phase(value))).ToArray();
        await test.WaitAsync(first);
        return await test.WaitAsync(Task.WhenAll(outcomes));
    }

    private static Occurrence Phase(string value, string type = EventType.Normal) =>
        new() { Regarding = SampleEvents.Redis, Type = type, Reason = "PhaseChanged", Message = $"the phase is {value}", OnChange = value };

    private static async Task<EventOutcomeKind> PhaseAsync(TestRecorder test, string value, string type = EventType.Normal) =>
        (await test.RecordAsync(Phase(value, type))).Kind;
}
