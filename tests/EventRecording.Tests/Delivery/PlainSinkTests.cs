using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>Sinks that answer as the seam documents, and not as a kube-apiserver words it.</summary>
public sealed class PlainSinkTests
{
    private static readonly SinkFault Forbidden = SinkFault.Answer(Answer(new KubernetesStatus { Code = 403, Message = "nicht erlaubt", IsForbiddenByRole = true }));
    private static readonly SinkFault Starting = SinkFault.Answer(Answer(new KubernetesStatus { Code = 403, Message = "gleich", IsStarting = true }));

    [Fact]
    public async Task A_409_without_a_reason_is_a_name_that_is_taken()
    {
        await using var test = new TestRecorder();
        await using (var earlier = new TestRecorder(sink: test.Sink.Server))
            await earlier.RecordAsync();
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(409)));

        Assert.Equal((EventOutcomeKind.Counted, 2), ((await test.RecordAsync()).Kind, test.Sink.Event.Count));
    }

    [Fact]
    public async Task A_409_without_a_reason_is_a_conflict_of_a_patch()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(409)));

        Assert.Equal((EventOutcomeKind.Counted, 2), ((await test.RecordAsync()).Kind, test.Sink.Event.Count));
    }

    [Fact]
    public async Task A_403_that_says_so_by_its_property_is_the_role()
    {
        await using var create = new TestRecorder();
        create.Sink.Fault = request => request.ApiVersion == EventApiVersion.CoreV1 ? Forbidden : null;
        Assert.Equal(EventApiVersion.EventsV1, (await create.RecordAsync()).Event!.ApiVersion);

        await using var patch = new TestRecorder();
        patch.Sink.Fault = request => request.IsCreate ? null : Forbidden;
        await patch.RecordAsync();
        Assert.Equal(EventOutcomeKind.Created, (await patch.RecordAsync()).Kind);
        Assert.Contains("Add the verb patch", Assert.Single(patch.Observer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_403_that_says_nothing_is_the_last_word()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(403));

        Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync()).Kind);
        Assert.Single(test.Sink.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_is_starting_is_waited_for_whatever_its_code(bool recovers)
    {
        await using var test = new TestRecorder();
        if (recovers)
            test.Sink.Next(Starting, Starting);
        else
            test.Sink.Fault = _ => Starting;

        var outcome = await test.RecordAsync();

        // Nothing of it was applied, so it is not unknown.
        Assert.Equal(recovers ? EventOutcomeKind.Created : EventOutcomeKind.Failed, outcome.Kind);
        Assert.True(outcome.Attempts > 2);
    }

    [Theory]
    [InlineData(true, EventOutcomeKind.Failed)]
    [InlineData(false, EventOutcomeKind.Unknown)]
    public async Task What_was_certainly_not_sent_is_failed_and_any_other_error_leaves_it_unknown(bool wasNotSent, EventOutcomeKind expected)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(new EventStoreException("no way there") { WasNotSent = wasNotSent });
        Assert.Equal(expected, (await test.RecordAsync()).Kind);
    }

    [Fact]
    public async Task A_sink_that_answers_null_leaves_it_unknown()
    {
        await using var test = new TestRecorder(sink: new NullSink());
        var outcome = await test.RecordAsync();
        Assert.Equal((EventOutcomeKind.Unknown, "The sink answered null instead of the event."), (outcome.Kind, outcome.Error!.Message));
    }

    [Theory]
    [InlineData("", "7")]
    [InlineData("another", "7")]
    [InlineData("sent", "")]
    public async Task A_sink_that_answers_something_else_leaves_it_unknown(string name, string version)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Says((request, _) => new(new KubeEvent { Name = name == "sent" ? request.Create?.Name ?? request.Patch!.Name : name, ResourceVersion = version }));

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Unknown, 0), (outcome.Kind, test.Broadcaster.Statistics.Created));
        Assert.StartsWith("What was answered with success is not the event that was sent", outcome.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_something_else_is_asked_again_and_counts_once()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Says((_, _) => new(new KubeEvent())));

        Assert.Equal((EventOutcomeKind.Created, 1), ((await test.RecordAsync()).Kind, test.Sink.Event.Count));
    }

    private sealed class NullSink : IEventSink
    {
        public ValueTask<KubeEvent> CreateAsync(KubeEvent item, CancellationToken cancellationToken) => new((KubeEvent)null!);

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => new((KubeEvent)null!);
    }

    private static KubernetesApiException Answer(KubernetesStatus status) => new(status);
}
