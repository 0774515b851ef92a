using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

public class LostAnswerTests
{
    [Theory]
    [InlineData(EventApiVersion.CoreV1)]
    [InlineData(EventApiVersion.EventsV1)]
    public async Task A_create_that_was_applied_is_found_by_its_mark(string apiVersion)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion });
        test.Sink.Next(SinkFault.LostAfterApplying());

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, 2), (outcome.Kind, outcome.Attempts));
        Assert.Equal(1, test.Sink.Event.Count);
        Assert.Equal(test.Sink.Event.ResourceVersion, outcome.Event!.ResourceVersion);
        Assert.Equal(["create", "create", "read"], Verbs(test));
        test.AssertAddsUp(1);
    }

    [Theory]
    [InlineData(EventApiVersion.CoreV1)]
    [InlineData(EventApiVersion.EventsV1)]
    public async Task A_patch_that_was_applied_is_not_counted_again(string apiVersion)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion });
        await test.RecordAsync();
        test.Sink.Next(SinkFault.LostAfterApplying(), SinkFault.Lost());

        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);

        Assert.Equal(2, test.Sink.Event.Count);
        // Sent again under the version that it named: applied already, so 409, and the mark is there.
        Assert.Equal(["create", "patch", "patch", "patch", "read"], Verbs(test));
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task A_patch_that_was_not_applied_is_sent_again()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        test.Sink.Next(SinkFault.Lost());

        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);

        Assert.Equal(2, test.Sink.Event.Count);
        Assert.Equal(["create", "patch", "patch"], Verbs(test));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_writer_between_the_loss_and_the_reading_back_hides_nothing(bool isCreate)
    {
        await using var test = new TestRecorder();
        await using var other = new TestRecorder(sink: test.Sink.Server);
        if (!isCreate)
            await test.RecordAsync();
        test.Sink.Next(SinkFault.LostAfterApplying() with { Afterwards = () => other.Event() });
        var recording = test.Recorder.RecordAsync(TestRecorder.ScaledUp);
        await other.WaitUntilAsync(() => other.Statistics is { Recorded: 1, Pending: 0 });

        var outcome = await test.WaitAsync(recording);

        Assert.Equal(isCreate ? EventOutcomeKind.Created : EventOutcomeKind.Counted, outcome.Kind);
        Assert.Equal(isCreate ? 2 : 3, test.Sink.Event.Count);
    }

    [Fact]
    public async Task A_request_that_the_server_applies_late_is_counted_once()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        EventPatch? late = null;
        test.Sink.Next(
            SinkFault.Says((request, _) =>
            {
                late = request.Patch;
                throw new HttpRequestException("the connection broke, the request did not");
            }),
            SinkFault.Says(async (request, token) =>
            {
                // Applied just before it is sent again.
                await test.Sink.Server.PatchAsync(late!, CancellationToken.None);
                return await test.Sink.Server.PatchAsync(request.Patch!, token);
            }));

        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);

        Assert.Equal(2, test.Sink.Event.Count);
    }

    [Fact]
    public async Task A_patch_that_may_still_arrive_is_unknown_and_never_told_as_refused_or_added_to_another_event()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        EventPatch? late = null;
        test.Sink.Fault = request => request.IsCountUp ? SinkFault.Answer(ApiErrors.Quota()) : null;
        test.Sink.Next(SinkFault.Says((request, _) =>
        {
            late = request.Patch;
            throw new HttpRequestException("something in between holds the request");
        }));

        var outcome = await test.RecordAsync();
        var before = test.Sink.Event.Count;
        test.Sink.Fault = static _ => null;
        await test.Sink.Server.PatchAsync(late!, CancellationToken.None);

        Assert.Equal((EventOutcomeKind.Unknown, 1, 2), (outcome.Kind, before, test.Sink.Event.Count));
        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);
        Assert.Equal(3, test.Sink.Event.Count);
        Assert.Equal((3, 1, 1, 1), (test.Statistics.Recorded, test.Statistics.Created, test.Statistics.Counted, test.Statistics.Unknown));
    }

    [Fact]
    public async Task A_create_that_may_still_arrive_is_unknown_although_its_event_is_not_there()
    {
        await using var test = new TestRecorder();
        KubeEvent? late = null;
        test.Sink.Next(
            SinkFault.Says((request, _) =>
            {
                late = request.Create;
                throw new HttpRequestException("something in between holds the request");
            }),
            SinkFault.Answer(ApiErrors.Terminating()));

        var outcome = await test.RecordAsync();
        Assert.Empty(test.Sink.Server.Events);
        await test.Sink.Server.CreateAsync(late!, CancellationToken.None);

        Assert.Equal(EventOutcomeKind.Unknown, outcome.Kind);
        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);
        Assert.Equal(2, test.Sink.Event.Count);
    }

    [Fact]
    public async Task What_joined_while_the_answer_was_awaited_is_counted_after_it()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        test.Sink.Next(SinkFault.LostAfterApplying() with { Afterwards = () => test.Event() });

        await test.RecordAsync();
        await test.FlushAsync();

        Assert.Equal(3, test.Sink.Event.Count);
        test.AssertAddsUp(3);
    }

    [Fact]
    public async Task A_refusal_after_a_lost_answer_says_nothing_of_what_was_sent_before()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.LostAfterApplying(), SinkFault.Answer(ApiErrors.Terminating()));
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        Assert.Equal(1, test.Sink.Event.Count);
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task What_cannot_be_read_back_before_the_deadline_is_unknown()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.LostAfterApplying());
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(503));

        Assert.Equal(EventOutcomeKind.Unknown, (await test.RecordAsync()).Kind);

        // The next occurrence finds out where the event stands.
        test.Sink.Fault = _ => null;
        Assert.Equal(EventOutcomeKind.Counted, (await test.RecordAsync()).Kind);
        Assert.Equal(2, test.Sink.Event.Count);
        Assert.Equal((2, 1, 1), (test.Statistics.Recorded, test.Statistics.Counted, test.Statistics.Unknown));
        test.AssertAddsUp(2);
    }

    [Fact]
    public async Task The_event_that_expired_after_the_lost_answer_is_created_again()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Lost(), SinkFault.Answer(ApiErrors.Of(409, "AlreadyExists")), SinkFault.Answer(ApiErrors.Of(404, "NotFound")));
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        Assert.Equal(1, test.Sink.Event.Count);
    }

    [Fact]
    public async Task With_a_missing_and_with_an_empty_field_it_is_the_same_series()
    {
        await using var test = new TestRecorder();
        test.Event(regarding: SampleEvents.Redis with { FieldPath = null, Uid = null });
        test.Event(regarding: SampleEvents.Redis with { FieldPath = "", Uid = "" });
        await test.FlushAsync();
        Assert.Equal(2, test.Sink.Event.Count);
        Assert.DoesNotContain(test.Sink.Requests, request => request.IsRead);
    }

    private static IEnumerable<string> Verbs(TestRecorder test) => test.Sink.Requests.Select(request => request.ToString().Split(' ')[0]);
}
