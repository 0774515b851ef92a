using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>What becomes of a write after each kind of error.</summary>
public class OutcomesOfErrorsTests
{
    public static readonly TheoryData<int, string> Refusals = new()
    {
        { 400, "BadRequest" }, { 401, "Unauthorized" }, { 404, "NotFound" }, { 405, "MethodNotAllowed" }, { 406, "NotAcceptable" },
        { 413, "RequestEntityTooLarge" }, { 415, "UnsupportedMediaType" }, { 422, "Invalid" }, { 307, "Redirect" }, { 410, "Gone" },
    };

    public static readonly TheoryData<int> Passing = [408, 409, 429, 500, 502, 503, 504, 520];

    public static readonly TheoryData<string> Breaks = ["Unreachable", "Timeout", "Broken", "BadAnswer", "http", "io", "odd"];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_final_and_comes_with_its_status(int code, string reason)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(code, reason));

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Refused, 1, code, reason), (outcome.Kind, outcome.Attempts, outcome.Status!.Code, outcome.Status.Reason));
        Assert.Null(outcome.Event);
        Assert.Single(test.Sink.Requests);
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task Refusals_with_403_that_are_none_of_RBAC_do_not_change_the_group()
    {
        foreach (var error in new[] { ApiErrors.Terminating(), ApiErrors.Quota(), ApiErrors.TooLarge() })
        {
            await using var test = new TestRecorder();
            test.Sink.Fault = _ => SinkFault.Answer(error);

            Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync()).Kind);

            Assert.Single(test.Sink.Requests);
            Assert.Empty(test.Observer.Notices);
            test.AssertAddsUp(1);
        }
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_is_tried_again(int code)
    {
        await using var test = new TestRecorder();
        var error = SinkFault.Answer(ApiErrors.Of(code, code == 409 ? "Conflict" : ""));
        test.Sink.Next(error, error, error);

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, 4), (outcome.Kind, outcome.Attempts));
        Assert.Equal(1, test.Sink.Event.Count);
        Assert.Equal(4, test.Statistics.Requests);
        test.AssertAddsUp(1);
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task After_a_connection_that_broke_it_is_tried_again(string kind)
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Answer(Break(kind)), SinkFault.Answer(Break(kind)));

        Assert.Equal((EventOutcomeKind.Created, 3), ((await test.RecordAsync()) is var outcome ? (outcome.Kind, outcome.Attempts) : default));

        Assert.Equal(1, test.Sink.Event.Count);
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task A_certificate_that_is_wrong_does_not_mend_itself()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(new ClusterConnectionException(ClusterConnectionFailure.Certificate, "not trusted"));

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Failed, 1), (outcome.Kind, outcome.Attempts));
        test.AssertAddsUp(1);
    }

    [Theory]
    [InlineData("Unreachable", EventOutcomeKind.Failed)]
    [InlineData("configuration", EventOutcomeKind.Failed)]
    [InlineData("Timeout", EventOutcomeKind.Unknown)]
    [InlineData("Broken", EventOutcomeKind.Unknown)]
    [InlineData("BadAnswer", EventOutcomeKind.Unknown)]
    [InlineData("odd", EventOutcomeKind.Unknown)]
    public async Task At_the_deadline_what_was_never_sent_has_failed_and_what_was_is_unknown(string kind, EventOutcomeKind expected)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(Break(kind));
        var start = test.Time.GetUtcNow();

        var outcome = await test.RecordAsync();

        Assert.Equal(expected, outcome.Kind);
        Assert.Equal(TimeSpan.FromMinutes(2), test.Time.GetUtcNow() - start);
        Assert.InRange(outcome.Attempts, 12, 40);
        Assert.Equal(expected == EventOutcomeKind.Failed ? EventFailureKind.Failed : EventFailureKind.Unknown, Assert.Single(test.Observer.Failures).Kind);
        test.AssertAddsUp(1);
    }

    [Theory]
    [InlineData(429, EventOutcomeKind.Failed)]
    [InlineData(409, EventOutcomeKind.Failed)]
    [InlineData(503, EventOutcomeKind.Unknown)]
    [InlineData(408, EventOutcomeKind.Unknown)]
    public async Task At_the_deadline_an_answer_after_which_the_write_may_have_been_applied_leaves_it_unknown(int code, EventOutcomeKind expected)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(code));
        Assert.Equal(expected, (await test.RecordAsync()).Kind);
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task A_deadline_of_its_own_counts_from_the_first_try()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(429));
        var start = test.Time.GetUtcNow();

        Assert.Equal(EventOutcomeKind.Failed, (await test.RecordAsync(TestRecorder.ScaledUp with { WriteDeadline = TimeSpan.FromSeconds(5) })).Kind);

        Assert.Equal(TimeSpan.FromSeconds(5), test.Time.GetUtcNow() - start);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(429, retryAfter: TimeSpan.FromSeconds(30))));
        var start = test.Time.GetUtcNow();

        Assert.Equal((EventOutcomeKind.Created, 2), ((await test.RecordAsync()) is var outcome ? (outcome.Kind, outcome.Attempts) : default));

        Assert.InRange(test.Time.GetUtcNow() - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30.3));
    }

    [Fact]
    public async Task Retry_After_beyond_the_deadline_is_not_waited_for()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Answer(ApiErrors.Of(429, retryAfter: TimeSpan.FromHours(1))));
        Assert.Equal((EventOutcomeKind.Failed, 1), ((await test.RecordAsync()) is var outcome ? (outcome.Kind, outcome.Attempts) : default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-60)]
    public async Task A_Retry_After_that_is_past_makes_no_storm(int seconds)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(429, retryAfter: TimeSpan.FromSeconds(seconds)));
        Assert.InRange((await test.RecordAsync()).Attempts, 12, 40);
    }

    [Fact]
    public async Task A_request_that_is_not_answered_in_time_is_tried_again()
    {
        await using var test = new TestRecorder(options => options with { RequestTimeout = TimeSpan.FromSeconds(10) });
        test.Sink.Next(SinkFault.Hang(applies: true));

        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);

        Assert.Equal(1, test.Sink.Event.Count);
        // This clock may run out for the later requests too.
        Assert.True(test.Sink.Requests[1].IsCreate);
        Assert.Contains(test.Sink.Requests, request => request.IsRead);
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task A_sink_that_never_answers_is_cancelled_at_the_deadline_and_not_before()
    {
        await using var test = new TestRecorder(options => options with { RequestTimeout = null, WriteDeadline = TimeSpan.FromSeconds(40) });
        test.Sink.Fault = _ => SinkFault.Hang(applies: true);

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Unknown, 1), (outcome.Kind, test.Sink.Requests.Count));
        Assert.Equal(TimeSpan.FromSeconds(40), test.Time.GetUtcNow() - SampleEvents.Noon);
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task A_sink_that_has_sent_nothing_by_the_deadline_has_failed()
    {
        await using var test = new TestRecorder(options => options with { RequestTimeout = null });
        test.Sink.Fault = _ => SinkFault.Says(async (_, cancelled) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, test.Time, cancelled).ContinueWith(_ => { }, TaskScheduler.Default);
            throw new EventStoreException("there is no connection yet") { WasNotSent = true };
        });

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Failed, 1), (outcome.Kind, test.Sink.Requests.Count));
        test.AssertAddsUp(1);
    }

    [Fact]
    public async Task A_failing_series_holds_back_no_other()
    {
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 1 });
        test.Sink.Fault = request => request.IsCreate && request.Create!.Message == "bad" ? SinkFault.Answer(ApiErrors.Of(503)) : null;
        test.Event("bad");
        for (var i = 0; i < 500; i++)
            test.Event($"m{i}");

        await test.WaitUntilAsync(() => test.Statistics.Created == 500);

        Assert.Equal(1, test.Statistics.Pending);
        Assert.InRange(test.Time.GetUtcNow() - SampleEvents.Noon, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        await test.FlushAsync();
        test.AssertAddsUp(501);
    }

    [Fact]
    public async Task A_sink_that_answers_nothing_at_all_is_no_end_of_the_recorder()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Says((_, _) => new ValueTask<KubeEvent>((KubeEvent)null!)), SinkFault.Says((_, _) => throw new InvalidOperationException("thrown at once")));
        Assert.Equal(EventOutcomeKind.Created, (await test.RecordAsync()).Kind);
        test.AssertAddsUp(1);
    }

    private static Exception Break(string kind) => kind switch
    {
        "http" => new HttpRequestException("broken"),
        "io" => new IOException("broken"),
        "odd" => new FormatException("what a sink may throw"),
        "configuration" => new ClusterConfigurationException("no token"),
        _ => new ClusterConnectionException(Enum.Parse<ClusterConnectionFailure>(kind), "broken"),
    };
}
