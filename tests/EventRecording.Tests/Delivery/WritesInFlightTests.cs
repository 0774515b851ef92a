namespace EventRecording.Tests.Delivery;

public sealed class WritesInFlightTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);
    private readonly WritesInFlight _writes = new(new EventBroadcasterOptions { MaxConcurrentWrites = 2 }, new OutcomeCounters());

    [Fact]
    public void There_is_room_for_as_many_as_the_options_allow()
    {
        Assert.True(_writes.HasRoom(Start));
        _writes.Start(Start);
        Assert.True(_writes.HasRoom(Start));
        _writes.Start(Start);
        Assert.False(_writes.HasRoom(Start));
    }

    [Fact]
    public void A_write_that_hangs_makes_room_while_the_server_answers_others()
    {
        _writes.Start(Start);
        AnswerQuickly();
        _writes.Start(Start);

        Assert.False(_writes.HasRoom(Start));
        Assert.Equal(Start + TimeSpan.FromMilliseconds(250), _writes.NextSlow(Start));
        Assert.True(_writes.HasRoom(Start + TimeSpan.FromMilliseconds(250)));
    }

    [Theory]
    [InlineData(1, 100, 250)]
    [InlineData(1, 300, 600)]
    [InlineData(1, 490, 980)]
    [InlineData(3, 300, 250)]
    [InlineData(3, 900, 600)]
    [InlineData(3, 1_800, 1_000)]
    public void A_server_far_away_is_not_slow(int requests, int answeredAfter, int slowAfter)
    {
        var answered = _writes.Start(Start);
        for (var i = 0; i < requests; i++)
            answered.Begin(TimeSpan.FromSeconds(10));
        var now = Start + TimeSpan.FromMilliseconds(answeredAfter);
        _writes.End(answered, null, now);
        _writes.Start(now);
        _writes.Start(now);

        var late = now + TimeSpan.FromMilliseconds(slowAfter);
        Assert.Equal(late, _writes.NextSlow(now));
        Assert.False(_writes.HasRoom(late - TimeSpan.FromMilliseconds(1)));
        Assert.True(_writes.HasRoom(late));
    }

    [Fact]
    public void A_write_of_several_requests_has_as_much_time_for_each_and_holds_back_none_that_hangs()
    {
        _writes.End(Write(requests: 1), null, Start + TimeSpan.FromMilliseconds(300));
        Write(requests: 3);
        var other = Write(requests: 3);

        var late = Start + TimeSpan.FromMilliseconds(1800);
        Assert.Equal(late, _writes.NextSlow(Start));
        Assert.False(_writes.HasRoom(late - TimeSpan.FromMilliseconds(1)));
        _writes.End(other, null, Start + TimeSpan.FromMilliseconds(900));
        Write(requests: 1);
        Assert.Equal(Start + TimeSpan.FromMilliseconds(600), _writes.NextSlow(Start));
        Assert.True(_writes.HasRoom(Start + TimeSpan.FromMilliseconds(600)));
    }

    [Fact]
    public void The_longest_that_is_not_slow_is_one_second_for_each_request()
    {
        _writes.End(Write(requests: 1), null, Start + TimeSpan.FromMilliseconds(600));
        Write(requests: 3);
        Write(requests: 3);

        Assert.Equal(Start + TimeSpan.FromSeconds(3), _writes.NextSlow(Start));
    }

    [Fact]
    public void A_server_that_slows_down_gets_no_more_to_do_until_it_answers_as_before()
    {
        AnswerQuickly();
        _writes.End(_writes.Start(Start), null, Start + TimeSpan.FromSeconds(2));
        _writes.Start(Start);
        _writes.Start(Start);
        var late = Start + TimeSpan.FromSeconds(9);
        Assert.False(_writes.HasRoom(late));

        _writes.End(_writes.Start(late, isBeside: true), null, late + TimeSpan.FromMilliseconds(1));
        Assert.True(_writes.HasRoom(late));
    }

    [Fact]
    public void A_server_that_is_slow_with_everything_gets_no_more_to_do()
    {
        var requests = _writes.Start(Start);
        _writes.End(requests, null, Start + TimeSpan.FromSeconds(1));
        _writes.Start(Start);
        _writes.Start(Start);

        Assert.False(_writes.HasRoom(Start + TimeSpan.FromSeconds(9)));
        Assert.Null(_writes.NextSlow(Start + TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void Beside_those_that_hang_there_is_room_for_a_few_however_slow_the_server_seems()
    {
        _writes.End(_writes.Start(Start), null, Start + TimeSpan.FromSeconds(1));
        _writes.Start(Start);
        _writes.Start(Start);
        Assert.False(_writes.HasRoomBeside(Start));

        var late = Start + TimeSpan.FromSeconds(1);
        Assert.Equal(late, _writes.NextSlow(Start));
        var beside = new List<RequestCancellation>();
        for (; _writes.HasRoomBeside(late); beside.Add(_writes.Start(late, isBeside: true)))
            Assert.False(_writes.HasRoom(late));
        Assert.Equal(2, beside.Count);
        Assert.Null(_writes.NextSlow(late));

        _writes.End(beside[0], null, late + TimeSpan.FromSeconds(1));
        Assert.True(_writes.HasRoomBeside(late));
    }

    [Fact]
    public void However_many_hang_there_are_at_most_eight_for_each_that_is_allowed()
    {
        AnswerQuickly();
        var now = Start;
        var running = 0;
        while (_writes.HasRoom(now))
        {
            _writes.Start(now);
            running++;
            now += TimeSpan.FromSeconds(1);
        }

        Assert.Equal(16, running);
    }

    public void Dispose() => _writes.Dispose();

    private RequestCancellation Write(int requests)
    {
        var write = _writes.Start(Start);
        for (var i = 0; i < requests; i++)
            write.Begin(TimeSpan.FromSeconds(10));
        return write;
    }

    private void AnswerQuickly() => _writes.End(_writes.Start(Start), null, Start + TimeSpan.FromMilliseconds(1));
}
