using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>Events that others change, take or remove, on a server that decides over a real socket.</summary>
public class OtherWritersTests
{
    [Fact]
    public async Task An_event_that_is_gone_at_the_patch_is_created_again_with_its_count()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        await run.RecordAsync();
        var name = (await run.RecordAsync()).Event!.Name;
        using (var client = SandboxClient.InProcess(sandbox))
            await client.SendAsync("DELETE", $"/api/v1/namespaces/{SocketRun.Namespace}/events/{name}");

        var outcome = await run.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, 3, name), (outcome.Kind, outcome.Event?.Count, outcome.Event?.Name));
        await run.AssertCountsAsync(3);
        run.AssertAddsUp(3);
    }

    [Fact]
    public async Task A_strangers_event_under_our_name_is_left_alone()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        var name = await NameAsync();
        sandbox.Put(SandboxClient.Event(name, reason: "Stranger", space: SocketRun.Namespace));

        Assert.Equal(EventOutcomeKind.Created, (await run.RecordAsync()).Kind);
        Assert.Equal(2, (await run.RecordAsync()).Event?.Count);

        var events = await SocketRun.EventsAsync(sandbox);
        Assert.Equal([(name, 1), (name + "-2", 2)], events.Select(one => ((string)one["metadata"]!["name"]!, (int)one["count"]!)).Order());
        run.AssertAddsUp(2);
    }

    [Fact]
    public async Task Another_writer_that_patched_first_is_counted_together_with_us()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var one = new SocketRun(sandbox);
        await using var other = new SocketRun(sandbox);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((2 * i) + 1, (await one.RecordAsync()).Event?.Count);
            Assert.Equal((2 * i) + 2, (await other.RecordAsync()).Event?.Count);
        }

        await one.AssertCountsAsync(10);
        one.AssertAddsUp(5);
        other.AssertAddsUp(5);
    }

    [Fact]
    public async Task Another_writer_between_a_lost_answer_and_the_reading_back_hides_nothing()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var other = new SocketRun(sandbox);
        await using var run = new SocketRun(sandbox, options => options with { Observers = [.. options.Observers, new Intruder(other)] });
        await run.RecordAsync();
        await other.RecordAsync();
        sandbox.Faults.Next(Fault.LoseAnswerByReset());

        await run.RecordAsync();
        await other.Broadcaster.FlushAsync();

        var counted = run.Broadcaster.Statistics.Recorded + other.Broadcaster.Statistics.Recorded;
        Assert.True(counted > 3, "nobody came in between");
        await run.AssertCountsAsync((int)counted);
        run.AssertAddsUp(2);
    }

    [Fact]
    public async Task Another_writer_who_comes_while_room_is_made_for_annotations_does_not_move_the_series_to_another_event()
    {
        await using var test = new TestRecorder();
        await test.RecordAsync(TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["a"] = "too much together with b" } });
        var conflicts = 0;
        test.Sink.Fault = request => request switch
        {
            { IsCountUp: true, Patch.Annotations: var changed } when !changed!.ContainsKey("a") => SinkFault.Answer(ApiErrors.TooManyAnnotations()),
            { IsCountUp: true } when conflicts++ == 0 => SinkFault.Answer(ApiErrors.Of(409, "Conflict")),
            _ => null,
        };

        var outcome = await test.RecordAsync(TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { ["b"] = "too much together with a" } });

        Assert.Equal((EventOutcomeKind.Counted, 2), (outcome.Kind, test.Sink.Event.Count));
        Assert.DoesNotContain("a", test.Sink.Event.Annotations.Keys);
    }

    [Fact]
    public async Task Where_marks_of_others_leave_no_room_the_series_goes_on_in_a_new_event_and_that_is_said()
    {
        await using var test = new TestRecorder();
        var full = (await test.RecordAsync()).Event!.Name;
        test.Sink.Fault = request => request.IsCountUp && request.Name == full ? SinkFault.Answer(ApiErrors.TooManyAnnotations()) : null;

        var outcomes = new[] { await test.RecordAsync(), await test.RecordAsync() };

        Assert.Equal([EventOutcomeKind.Created, EventOutcomeKind.Counted], outcomes.Select(outcome => outcome.Kind));
        Assert.All(outcomes, outcome => Assert.Equal(full + "-2", outcome.Event!.Name));
        Assert.StartsWith("The marks of other recorders", Assert.Single(test.Observer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_many_events_are_full_of_marks_the_next_one_is_taken_and_nothing_is_sent_in_vain()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = static request => request.IsCountUp ? SinkFault.Answer(ApiErrors.TooManyAnnotations()) : null;
        for (var i = 0; i < 3; i++)
            await test.RecordAsync();
        await using var another = new TestRecorder(sink: test.Sink);
        var before = test.Sink.Requests.Count;

        var outcome = await another.RecordAsync();

        Assert.Equal(EventOutcomeKind.Created, outcome.Kind);
        Assert.Equal([1, 1, 1, 1], test.Sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        // Of each full one: its name is taken, it is read, patched, and read for what may go.
        Assert.Equal((3 * 4) + 1, test.Sink.Requests.Count - before);
    }

    /// <summary>What the recorder calls the event of the series.</summary>
    private static async Task<string> NameAsync()
    {
        await using var sandbox = SocketRun.StartSandbox();
        await using var run = new SocketRun(sandbox);
        return (await run.RecordAsync()).Event!.Name;
    }

    private sealed class Intruder(SocketRun other) : IEventObserver
    {
        public void Retrying(EventRetry retry) => Assert.True(other.Recorder.Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", "replicas set to 3"));
    }
}
