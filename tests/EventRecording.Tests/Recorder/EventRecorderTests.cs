using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

public class EventRecorderTests
{
    private static readonly Dictionary<string, string> Annotations = new() { ["example.com/a"] = "1" };

    [Fact]
    public async Task An_event_says_what_was_recorded()
    {
        await using var test = new TestRecorder();
        Assert.True(test.Recorder.Event(SampleEvents.Redis, EventType.Warning, "扩容", "100% {0} of %s"));
        await test.FlushAsync();

        var kubeEvent = test.Sink.Event;
        Assert.Equal(("Warning", "扩容", "100% {0} of %s"), (kubeEvent.Type, kubeEvent.Reason, kubeEvent.Message));
        Assert.Equal((SampleEvents.Redis, "RedisOperator", 1), (kubeEvent.InvolvedObject, kubeEvent.SourceComponent, kubeEvent.Count));
        Assert.Equal("扩容", Assert.Single(test.Observer.AcceptedOccurrences).Reason);
    }

    [Fact]
    public async Task Eventf_formats_for_the_invariant_culture()
    {
        await using var test = new TestRecorder();
        Assert.True(test.Recorder.Eventf(SampleEvents.Redis, EventType.Normal, "ScaledUp", "{0} replicas, {1:0.0}%, {2}", 3, 1.5, null));
        await test.FlushAsync();
        Assert.Equal("3 replicas, 1.5%, ", test.Sink.Event.Message);
    }

    public static readonly TheoryData<string, object?[]?, string> Formats = new()
    {
        { "{0} and {1}", ["a"], "{0} and {1} [a]" },
        { "{", [1.5], "{ [1.5]" },
        { "{0}", [], "{0}" },
        { "{0}", null, "{0}" },
        { "{0:D2}", ["text"], "text" },
        { "{0:D2}", [1.5], "{0:D2} [1.5]" },
        { "pod %s: %v", ["my-pod-0", "quota"], "pod %s: %v [my-pod-0, quota]" },
        { "{{0}}", ["a"], "{{0}} [a]" },
        { "{{0}}: {0}", ["a"], "{0}: a" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_format_that_does_not_fit_is_recorded_as_it_stands_followed_by_its_arguments(string format, object?[]? arguments, string message)
    {
        await using var test = new TestRecorder();
        Assert.True(test.Recorder.Eventf(SampleEvents.Redis, EventType.Normal, "ScaledUp", format, arguments!));
        Assert.True(test.Recorder.AnnotatedEventf(SampleEvents.Redis, Annotations, EventType.Normal, "ScaledUp", format, arguments!));
        await test.FlushAsync();
        Assert.Equal((message, 2), (test.Sink.Event.Message, test.Sink.Event.Count));
    }

    [Fact]
    public async Task An_argument_that_throws_is_named()
    {
        await using var test = new TestRecorder();
        Assert.True(test.Recorder.Eventf(SampleEvents.Redis, EventType.Normal, "ScaledUp", "{0} {1}", 7, new Throwing()));
        await test.FlushAsync();
        Assert.Equal("{0} {1} [7, TimeZoneNotFoundException]", test.Sink.Event.Message);
    }

    [Fact]
    public async Task AnnotatedEventf_sets_annotations()
    {
        await using var test = new TestRecorder();
        Assert.True(test.Recorder.AnnotatedEventf(SampleEvents.Redis, Annotations, EventType.Normal, "ScaledUp", "{0} replicas", 3));
        Assert.True(test.Recorder.AnnotatedEventf(SampleEvents.Redis, null!, EventType.Normal, "ScaledUp", "{0} replicas", 3));
        await test.FlushAsync();
        Assert.Equal(("3 replicas", 2), (test.Sink.Event.Message, test.Sink.Event.Count));
        Assert.Equal("1", test.Sink.Event.Annotations["example.com/a"]);
    }

    [Fact]
    public async Task Annotations_belong_to_the_recorder_from_the_call_on()
    {
        await using var test = new TestRecorder();
        var mine = new Dictionary<string, string> { ["a"] = "1" };
        Assert.True(test.Recorder.TryRecord(TestRecorder.ScaledUp with { Annotations = mine, Labels = mine }));
        mine["a"] = "2";
        await test.FlushAsync();
        Assert.Equal(("1", "1"), (test.Sink.Event.Annotations["a"], test.Sink.Event.Labels["a"]));
    }

    [Fact]
    public async Task Of_annotations_labels_and_instances_the_last_wins_one_by_one_whether_in_one_write_or_in_several()
    {
        foreach (var inOneWrite in new[] { false, true })
        {
            await using var test = new TestRecorder();
            var gate = new Gate();
            test.Sink.Fault = _ => SinkFault.HeldAt(gate);
            test.Event();
            await gate.WaitForAsync(1);
            if (!inOneWrite)
                gate.Open(static _ => true);
            foreach (var occurrence in new[]
            {
                TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" }, ReportingInstance = "one" },
                TestRecorder.ScaledUp with { Labels = new Dictionary<string, string> { ["l"] = "1" } },
                TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["b"] = "2" }, ReportingInstance = "two" },
                TestRecorder.ScaledUp,
            })
            {
                Assert.True(test.Recorder.TryRecord(occurrence));
                if (!inOneWrite)
                    await test.FlushAsync();
            }

            gate.Open(static _ => true);
            await test.FlushAsync();
            var kubeEvent = test.Sink.Event;
            Assert.Equal(("1", "2", "1", "two", 5), (kubeEvent.Annotations["a"], kubeEvent.Annotations["b"], kubeEvent.Labels["l"], kubeEvent.ReportingInstance, kubeEvent.Count));
        }
    }

    [Fact]
    public async Task Who_counts_an_event_up_that_another_replica_created_puts_its_own_instance_there()
    {
        await using (var first = new TestRecorder(options => options with { ReportingInstance = "redis-operator-0" }))
        {
            first.Event();
            await first.FlushAsync();
            await using var second = new TestRecorder(options => options with { ReportingInstance = "redis-operator-1" }, first.Sink);
            second.Event();
            await second.FlushAsync();
            Assert.Equal(("redis-operator-1", 2), (first.Sink.Event.ReportingInstance, first.Sink.Event.Count));
        }
    }

    public static readonly TheoryData<string, Occurrence> Invalid = new()
    {
        { "The object is null", TestRecorder.ScaledUp with { Regarding = null! } },
        { "no apiVersion", TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { ApiVersion = "" } } },
        { "no kind", TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Kind = null } } },
        { "no name", TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Name = null } } },
        { "'Wire'", TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Namespace = "Wire" } } },
        { "related object has no name", TestRecorder.ScaledUp with { Related = SampleEvents.Redis with { Name = null } } },
        { "The type is 'Error': the API defines Normal and Warning", TestRecorder.ScaledUp with { Type = "Error" } },
        { "The type is empty", TestRecorder.ScaledUp with { Type = "" } },
        { "The type is empty", TestRecorder.ScaledUp with { Type = null! } },
        { "The reason is empty", TestRecorder.ScaledUp with { Reason = " " } },
        { "The reason is empty", TestRecorder.ScaledUp with { Reason = null! } },
        { "The reason has 1026 bytes of UTF-8, at most 1024", TestRecorder.ScaledUp with { Reason = new string('名', 342) } },
        { "at most 262144", TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["a"] = new('a', 262_144) } } },
        { "at most 262144", TestRecorder.ScaledUp with { Annotations = Enumerable.Range(0, 5_000).ToDictionary(i => $"example.com/annotation-{i:D5}", _ => new string('a', 50)) } },
        { "The annotation has the key 'last error', which the API refuses", TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["last error"] = "x" } } },
        { "The annotation has the key 'a/b/c'", TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["a/b/c"] = "x" } } },
        { @"The label has the key '^[[31m', which", TestRecorder.ScaledUp with { Labels = new Dictionary<string, string> { ["\u001b[31m"] = "x" } } },
        { "The label 'image' has the value 'nginx:1.27/alpine', which the API refuses", TestRecorder.ScaledUp with { Labels = new Dictionary<string, string> { ["image"] = "nginx:1.27/alpine" } } },
        { "is later than the last", TestRecorder.ScaledUp with { FirstTimestamp = SampleEvents.Noon, Timestamp = SampleEvents.Noon.AddSeconds(-1) } },
        { "The write deadline is", TestRecorder.ScaledUp with { WriteDeadline = TimeSpan.Zero } },
        { "The write deadline is", TestRecorder.ScaledUp with { WriteDeadline = TimeSpan.FromMinutes(11) } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task What_cannot_become_an_event_is_rejected_with_the_reason(string why, Occurrence occurrence)
    {
        await using var test = new TestRecorder();

        Assert.False(test.Recorder.TryRecord(occurrence));
        var error = await Assert.ThrowsAsync<OccurrenceRejectedException>(() => test.Recorder.RecordAsync(occurrence));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.All(test.Observer.Failures, failure => Assert.Equal((EventFailureKind.Rejected, error.Message, 1), (failure.Kind, failure.Error.Message, failure.Count)));
        Assert.Equal((0, 2, 2), (test.Statistics.Recorded, test.Statistics.Rejected, test.Observer.Failures.Count));
        Assert.Empty(test.Sink.Requests);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task For_events_v1_reason_and_action_have_at_most_128_bytes(int bytes, bool accepted)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1 });
        Assert.Equal(accepted, test.Event(reason: new string('r', bytes)));
        Assert.Equal(accepted, test.Recorder.TryRecord(TestRecorder.ScaledUp with { Action = new string('a', bytes) }));
    }

    [Fact]
    public async Task Nothing_at_all_is_rejected_too()
    {
        await using var test = new TestRecorder();
        Assert.False(test.Recorder.Event(null!, EventType.Normal, "r", "m"));
        Assert.False(test.Recorder.Event(SampleEvents.Redis, null!, null!, null!));
        Assert.False(test.Recorder.Eventf(null!, null!, null!, null!, null!));
        Assert.False(test.Recorder.AnnotatedEventf(null!, null!, null!, null!, null!, null!));
        Assert.False(test.Recorder.TryRecord(null!));
        await Assert.ThrowsAsync<OccurrenceRejectedException>(() => test.Recorder.RecordAsync(null!));
        Assert.True(test.Recorder.Event(SampleEvents.Redis, EventType.Normal, "r", null!));
        Assert.Equal((6, 1), (test.Statistics.Rejected, test.Statistics.Recorded));
    }

    [Fact]
    public async Task An_object_or_a_collection_that_throws_is_rejected_and_does_not_throw()
    {
        await using var test = new TestRecorder();
        Assert.False(test.Recorder.Event(new ThrowingObject(), EventType.Normal, "r", "m"));
        Assert.False(test.Recorder.TryRecord(TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["a"] = "1" }.ToThrowing() }));
        Assert.All(test.Observer.Failures, failure => Assert.Contains("cannot be read", failure.Error.Message, StringComparison.Ordinal));
        Assert.Equal(2, test.Statistics.Rejected);
    }

    [Fact]
    public async Task Other_types_are_taken_by_core_v1_when_asked_for()
    {
        await using var core = new TestRecorder(options => options with { AllowOtherTypes = true });
        await using var events = new TestRecorder(options => options with { AllowOtherTypes = true, ApiVersion = EventApiVersion.EventsV1 });
        Assert.True(core.Event(type: "Error"));
        Assert.False(events.Event(type: "Error"));
        await core.FlushAsync();
        Assert.Equal("Error", core.Sink.Event.Type);
    }

    [Theory]
    [InlineData(EventApiVersion.CoreV1, 704 * 1024)]
    [InlineData(EventApiVersion.EventsV1, 1024)]
    public async Task A_message_of_a_megabyte_is_cut_and_says_so(string apiVersion, int most)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion });
        foreach (var message in new[] { new string('名', 350_000), string.Concat(Enumerable.Repeat("\U0001F600\0\"", 150_000)), new string('\u3000', 350_000) })
        {
            var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Message = message });
            Assert.InRange(Utf8Text.ByteCount(outcome.Event!.Message!), 0, most);
            Assert.EndsWith($"… (cut from {Utf8Text.ByteCount(message)} bytes)", outcome.Event.Message, StringComparison.Ordinal);
            Assert.InRange(EventJsonWriter.ToBytes(outcome.Event).Length, most / 3, most + 10_000);
        }

        test.AssertAddsUp(3);
    }

    [Fact]
    public async Task Odd_texts_and_names_become_events()
    {
        await using var test = new TestRecorder();
        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Reason = "R\uD800", Message = "\u001b[31m\0\uDC00", Action = "A\uD800" });
        Assert.Equal(("R\uFFFD", "\u001b[31m\0\uFFFD", "A\uFFFD"), (outcome.Event!.Reason, outcome.Event.Message, outcome.Event.Action));
        var name = new string('n', 253);
        outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Name = name } });
        Assert.Equal((name, 253), (outcome.Event!.InvolvedObject.Name, outcome.Event.Name.Length));
        outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Message = "many", Annotations = Enumerable.Range(0, 3_000).ToDictionary(i => $"example.com/a-{i}", i => $"{i}") });
        Assert.Equal(3_001, outcome.Event!.Annotations.Count);
    }

    [Fact]
    public async Task Of_several_in_one_new_event_one_is_created_and_the_others_are_counted()
    {
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 1 });
        var gate = new Gate();
        test.Sink.Next(SinkFault.HeldAt(gate));
        test.Event("holds the only place");
        await gate.WaitForAsync(1);
        var all = Enumerable.Range(0, 5).Select(_ => test.Recorder.RecordAsync(TestRecorder.ScaledUp)).ToArray();
        await SpoolRun.Until(() => test.Observer.AcceptedOccurrences.Count == 6);
        gate.Open(static _ => true);

        // The clock stands: a write that it calls slow would be passed by.
        await SpoolRun.Until(() => Array.TrueForAll(all, one => one.IsCompleted));
        var outcomes = await Task.WhenAll(all);

        Assert.Equal([EventOutcomeKind.Created, .. Enumerable.Repeat(EventOutcomeKind.Counted, 4)], outcomes.Select(outcome => outcome.Kind));
        Assert.All(outcomes, outcome => Assert.Equal((5, true), (outcome.Event!.Count, outcome.IsOnServer)));
        Assert.Equal((2, 4), (test.Statistics.Created, test.Statistics.Counted));
    }

    [Fact]
    public async Task From_the_tenth_message_on_similar_events_are_combined()
    {
        await using var test = new TestRecorder(options => options with { Combining = new() });
        for (var i = 1; i <= 12; i++)
        {
            var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Message = $"m{i}", Annotations = i == 12 ? Annotations : null });
            Assert.Equal(i >= 10, outcome.Combined);
            if (i >= 10)
                Assert.Equal(($"(combined from similar events): m{i}", i - 9), (outcome.Event!.Message, outcome.Event.Count));
        }

        Assert.Equal(10, test.Sink.Server.Events.Count);
        Assert.Equal("1", test.Sink.Server.Events[^1].Annotations["example.com/a"]);
        Assert.Equal(3, test.Statistics.Combined);
        Assert.False((await test.RecordAsync(TestRecorder.ScaledUp with { Message = "m1" })).Combined);
        test.Time.Advance(TimeSpan.FromMinutes(10.1));
        Assert.False((await test.RecordAsync(TestRecorder.ScaledUp with { Message = "new" })).Combined);
    }

    [Fact]
    public async Task What_is_over_the_rate_limit_is_deferred_and_not_dropped()
    {
        await using var test = new TestRecorder(options => options with { RateLimit = new() });
        for (var i = 0; i < 25; i++)
            Assert.False((await test.RecordAsync(TestRecorder.ScaledUp with { Reason = $"R{i}" })).Deferred);
        var start = test.Time.GetUtcNow();

        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Reason = "R25" });

        Assert.Equal((EventOutcomeKind.Created, true), (outcome.Kind, outcome.Deferred));
        Assert.Equal(TimeSpan.FromMinutes(5), test.Time.GetUtcNow() - start);
        Assert.Equal(1, test.Statistics.Deferred);
        Assert.False((await test.RecordAsync(TestRecorder.ScaledUp with { Type = EventType.Warning })).Deferred);
    }

    [Fact]
    public async Task A_chattering_series_holds_back_neither_a_new_one_nor_itself_for_longer_than_30_minutes()
    {
        await using var test = new TestRecorder(options => options with { RateLimit = new() });
        for (var i = 0; i < 25; i++)
            Assert.False((await test.RecordAsync()).Deferred);
        for (var i = 0; i < 20; i++)
            Assert.False((await test.RecordAsync(TestRecorder.ScaledUp with { Reason = $"New{i}" })).Deferred);
        var start = test.Time.GetUtcNow();

        Assert.True((await test.RecordAsync()).Deferred);

        Assert.Equal(TimeSpan.FromMinutes(30), test.Time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_for_an_outcome_and_not_the_write()
    {
        await using var test = new TestRecorder();
        using var cancellation = new CancellationTokenSource();
        var gate = new Gate();
        test.Sink.Fault = _ => SinkFault.HeldAt(gate);
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp, cancellation.Token);
        await gate.WaitForAsync(1);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recording);
        gate.Open(static _ => true);
        await test.FlushAsync();
        Assert.Equal((1, 1), (test.Statistics.Created, test.Sink.Event.Count));

        // Cancelled before, it is not even accepted, and nobody is alarmed.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Recorder.RecordAsync(TestRecorder.ScaledUp, cancellation.Token));
        Assert.Equal((1, 0), (test.Statistics.Recorded, test.Statistics.Rejected));
        Assert.Empty(test.Observer.Failures);
    }

    [Fact]
    public async Task Times_that_are_given_are_written_and_the_span_only_grows()
    {
        await using var test = new TestRecorder();
        var noon = SampleEvents.Noon;
        await test.RecordAsync(TestRecorder.ScaledUp with { FirstTimestamp = noon.AddHours(-1), Timestamp = noon });
        await test.RecordAsync(TestRecorder.ScaledUp with { Timestamp = noon.AddHours(-2) });
        Assert.Equal((noon.AddHours(-2), noon), (test.Sink.Event.FirstTimestamp, test.Sink.Event.LastTimestamp));
        await test.RecordAsync(TestRecorder.ScaledUp with { Timestamp = noon.AddHours(3) });
        Assert.Equal((noon.AddHours(-2), noon.AddHours(3)), (test.Sink.Event.FirstTimestamp, test.Sink.Event.LastTimestamp));
        await test.RecordAsync(TestRecorder.ScaledUp with { FirstTimestamp = noon.AddHours(9) });
        Assert.Equal(noon.AddHours(3), test.Sink.Event.LastTimestamp);
    }

    [Fact]
    public async Task A_short_deadline_of_one_does_not_shorten_that_of_others_in_the_same_write()
    {
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 1 });
        var gate = new Gate();
        test.Sink.Next(SinkFault.HeldAt(gate, SinkFault.Answer(ApiErrors.Of(422, "Invalid"))));
        test.Event("holds the only place");
        await gate.WaitForAsync(1);
        test.Event();
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp with { WriteDeadline = TimeSpan.FromSeconds(1) });
        await SpoolRun.Until(() => test.Observer.AcceptedOccurrences.Count == 3);
        test.Sink.Fault = _ => test.Time.GetUtcNow() < SampleEvents.Noon.AddSeconds(60) ? SinkFault.Answer(ApiErrors.Of(429)) : null;
        gate.Open(static _ => true);
        Assert.True((await test.WaitAsync(recording)).IsOnServer);
    }

    [Fact]
    public async Task A_recorder_has_a_component()
    {
        await using var test = new TestRecorder();
        Assert.Throws<ArgumentException>(() => test.Broadcaster.NewRecorder(" "));
        Assert.Throws<ArgumentNullException>(() => test.Broadcaster.NewRecorder((EventReporter)null!));
        Assert.Equal(new EventReporter("a\uFFFD", "node-1"), test.Broadcaster.NewRecorder("a\uD800", "node-1").Source);
    }

    private sealed class Throwing
    {
        public override string ToString() => throw new TimeZoneNotFoundException("no text");
    }

    private sealed class ThrowingObject
    {
        private readonly string _why = "not now";

        public string Kind => throw new InvalidOperationException(_why);
    }
}
