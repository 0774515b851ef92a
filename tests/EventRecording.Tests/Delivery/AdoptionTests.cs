using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>An event that is on the server already: ours to count up, or a stranger's to leave alone.</summary>
public class AdoptionTests
{
    public static readonly TheoryData<string> Groups = [EventApiVersion.CoreV1, EventApiVersion.EventsV1];

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Another_writer_of_the_series_counts_the_same_event_up(string apiVersion)
    {
        var server = new InMemoryEventSink();
        for (var i = 1; i <= 3; i++)
        {
            await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion }, server);
            var outcome = await test.RecordAsync();
            Assert.Equal(i == 1 ? EventOutcomeKind.Created : EventOutcomeKind.Counted, outcome.Kind);
            Assert.Equal(i, outcome.Event!.Count);
            Assert.Equal(i == 1 ? 1 : 3, test.Statistics.Requests);
        }

        Assert.Equal(3, Assert.Single(server.Events).Count);
    }

    [Fact]
    public async Task A_message_that_was_cut_is_known_again()
    {
        var server = new InMemoryEventSink();
        foreach (var apiVersion in new[] { EventApiVersion.CoreV1, EventApiVersion.EventsV1 })
        {
            for (var i = 1; i <= 2; i++)
            {
                await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion }, server);
                Assert.Equal(i, (await test.RecordAsync(TestRecorder.ScaledUp with { Message = new string('名', 400_000) })).Event!.Count);
            }
        }

        Assert.Equal(2, server.Events.Count);
    }

    [Fact]
    public async Task An_object_whose_name_has_a_lone_surrogate_is_known_again()
    {
        var server = new InMemoryEventSink();
        for (var i = 1; i <= 2; i++)
        {
            await using var test = new TestRecorder(sink: new AsSent(server));
            Assert.Equal(i, (await test.RecordAsync(TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { Name = "a\uD800" }, Reason = "R\uDC00", Message = "\uD800m" })).Event!.Count);
        }
    }

    public static readonly TheoryData<string> Hostile =
    [
        "another object", "another uid", "another reason", "another message", "another type", "another component", "another action", "another related object",
        "nearly 2^31", "2^31 - 1", "a series beside the count", "an eventTime beside the count",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_strangers_event_under_our_name_never_stops_ours(string kind)
    {
        await using var test = new TestRecorder();
        var name = await NameAsync();
        var strange = await test.Sink.Server.CreateAsync(Strange(kind, await EventAsync()), default);

        var first = await test.RecordAsync();
        var second = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, EventOutcomeKind.Counted), (first.Kind, second.Kind));
        Assert.Equal((name + "-2", 2), (second.Event!.Name, second.Event.Count));
        Assert.Equal(strange, test.Sink.Server.Events[0]);
        test.AssertAddsUp(2);
    }

    [Theory]
    [InlineData("2^31 - 1")]
    [InlineData("another reason")]
    public async Task Strangers_under_all_our_names_lead_to_a_random_one(string kind)
    {
        await using var test = new TestRecorder();
        var ours = await EventAsync();
        foreach (var suffix in new[] { "", "-2", "-3" })
            await test.Sink.Server.CreateAsync(Strange(kind, ours) with { Name = ours.Name + suffix }, default);

        var outcome = await test.RecordAsync();

        Assert.Equal(EventOutcomeKind.Created, outcome.Kind);
        Assert.Matches("-[0-9a-f]{16}$", outcome.Event!.Name);
        Assert.Equal(outcome.Event.Name, (await test.RecordAsync()).Event!.Name);
        Assert.Equal(4, test.Sink.Server.Events.Count);
        test.AssertAddsUp(2);
    }

    [Theory]
    [InlineData(403, "Forbidden", "admission webhook denied the request")]
    [InlineData(422, "Invalid", "it is invalid as it stands")]
    [InlineData(400, "BadRequest", "no")]
    [InlineData(413, "RequestEntityTooLarge", "no")]
    public async Task An_event_that_cannot_be_read_or_patched_never_stops_ours(int code, string reason, string message)
    {
        foreach (var patchesOnly in new[] { false, true })
        {
            await using var test = new TestRecorder();
            var ours = await EventAsync();
            await test.Sink.Server.CreateAsync(ours, default);
            test.Sink.Fault = request => request.Patch?.Name == ours.Name && (request.IsCountUp || !patchesOnly) ? SinkFault.Answer(ApiErrors.Of(code, reason, message)) : null;

            Assert.Equal((EventOutcomeKind.Created, ours.Name + "-2"), ((await test.RecordAsync()) is var outcome ? (outcome.Kind, outcome.Event!.Name) : default));
            Assert.Equal(2, (await test.RecordAsync()).Event!.Count);
            test.AssertAddsUp(2);
        }
    }

    [Fact]
    public async Task A_count_that_the_next_batch_would_overflow_goes_on_in_a_new_event()
    {
        await using var test = new TestRecorder();
        await test.Sink.Server.CreateAsync(await EventAsync() with { CoreCount = int.MaxValue - 2 }, default);
        Assert.Equal(int.MaxValue - 1, (await test.RecordAsync()).Event!.Count);
        Assert.Equal(int.MaxValue, (await test.RecordAsync()).Event!.Count);
        Assert.Equal(1, (await test.RecordAsync()).Event!.Count);
        Assert.Equal(2, (await test.RecordAsync()).Event!.Count);
        test.AssertAddsUp(4);
    }

    [Fact]
    public async Task An_event_that_is_gone_is_created_again_with_the_highest_count_seen()
    {
        var sink = new ForgettingSink();
        await using var test = new TestRecorder(sink: sink);
        await test.RecordAsync();
        await test.RecordAsync();
        sink.Forget();

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, 3), (outcome.Kind, outcome.Event!.Count));
        Assert.Equal(4, (await test.RecordAsync()).Event!.Count);
        test.AssertAddsUp(4);
    }

    [Fact]
    public async Task Who_loses_the_race_to_create_it_again_adds_what_is_pending_only()
    {
        var sink = new ForgettingSink();
        await using var test = new TestRecorder(sink: sink);
        await using var other = new TestRecorder(sink: sink);
        await test.RecordAsync();
        await other.RecordAsync();
        await test.RecordAsync();
        sink.Forget();
        Assert.Equal(3, (await other.RecordAsync()).Event!.Count);

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Counted, 4), (outcome.Kind, outcome.Event!.Count));
    }

    [Fact]
    public async Task Another_writer_that_counts_in_between_is_no_reason_to_wait()
    {
        await using var test = new TestRecorder();
        await using var other = new TestRecorder(sink: test.Sink.Server);
        for (var i = 0; i < 20; i++)
        {
            await test.RecordAsync();
            await other.RecordAsync();
        }

        Assert.Equal(40, test.Sink.Event.Count);
        Assert.Equal(SampleEvents.Noon, test.Time.GetUtcNow());
        test.AssertAddsUp(20);
    }

    [Fact]
    public async Task Writers_that_always_come_first_make_it_step_back_and_not_give_up()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        var conflicts = 0;
        test.Sink.Fault = request => request.IsCountUp && ++conflicts <= 12 ? SinkFault.Answer(ApiErrors.Of(409, "Conflict")) : null;

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Counted, 3), (outcome.Kind, outcome.Attempts));
        Assert.Equal(2, test.Sink.Event.Count);
    }

    [Fact]
    public async Task Marks_of_writers_long_gone_are_removed_by_a_patch_that_is_made_anyway()
    {
        await using var test = new TestRecorder();
        var fresh = $"1 {SampleEvents.Noon.AddMinutes(-14):s}Z 900";
        await test.Sink.Server.CreateAsync(await EventAsync() with
        {
            Annotations = new Dictionary<string, string>
            {
                ["eventrecording/w-old"] = $"7 {SampleEvents.Noon.AddMinutes(-16):s}Z 900",
                ["eventrecording/w-fresh"] = fresh,
                ["eventrecording/w-odd"] = "no mark",
                ["example.com/own"] = "7 2020-01-01T00:00:00Z 900",
            },
        }, default);

        await test.RecordAsync();

        var annotations = test.Sink.Event.Annotations;
        Assert.DoesNotContain("eventrecording/w-old", annotations.Keys);
        Assert.Equal(fresh, annotations["eventrecording/w-fresh"]);
        Assert.Contains("eventrecording/w-odd", annotations.Keys);
        Assert.Contains("example.com/own", annotations.Keys);
        Assert.Equal(4, annotations.Count);
    }

    /// <summary>The event as this recorder would have written it.</summary>
    private static async Task<KubeEvent> EventAsync()
    {
        await using var writer = new TestRecorder();
        return (await writer.RecordAsync()).Event! with { Annotations = new Dictionary<string, string>(), Uid = null, ResourceVersion = null };
    }

    private static async Task<string> NameAsync() => (await EventAsync()).Name;

    private static KubeEvent Strange(string kind, KubeEvent ours) => kind switch
    {
        "another object" => ours with { InvolvedObject = ours.InvolvedObject with { Name = "other" } },
        "another uid" => ours with { InvolvedObject = ours.InvolvedObject with { Uid = "other" } },
        "another reason" => ours with { Reason = "Other" },
        "another message" => ours with { Message = "other" },
        "another type" => ours with { Type = "Warning" },
        "another component" => ours with { SourceComponent = "other" },
        "another action" => ours with { Action = "other" },
        "another related object" => ours with { Related = ours.InvolvedObject },
        "nearly 2^31" => ours with { CoreCount = int.MaxValue },
        "2^31 - 1" => ours with { CoreCount = int.MaxValue },
        "a series beside the count" => ours with { Series = new EventSeries(7, SampleEvents.Noon) },
        "an eventTime beside the count" => ours with { EventTime = SampleEvents.Noon },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What comes back is what JSON made of it.</summary>
    private sealed class AsSent(IEventSink server) : IEventSink
    {
        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) =>
            server.CreateAsync(EventJsonReader.Read(EventJsonWriter.ToBytes(kubeEvent), EventApiVersion.CoreV1, new StringPool()), cancellationToken);

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => server.PatchAsync(patch, cancellationToken);
    }

    private sealed class ForgettingSink : IEventSink
    {
        private InMemoryEventSink _server = new();

        // As on a real server, versions go on rising.
        private int _generation;

        public void Forget() => (_server, _generation) = (new InMemoryEventSink(), _generation + 1);

        public async ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) =>
            Versioned(await _server.CreateAsync(kubeEvent, cancellationToken));

        public async ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken)
        {
            var version = patch.ResourceVersion?.Split('.') is [var generation, var rest] ? (generation == $"{_generation}" ? rest : "stale") : null;
            return Versioned(await _server.PatchAsync(patch with { ResourceVersion = version }, cancellationToken));
        }

        private KubeEvent Versioned(KubeEvent kubeEvent) => kubeEvent with { ResourceVersion = $"{_generation}.{kubeEvent.ResourceVersion}" };
    }
}
