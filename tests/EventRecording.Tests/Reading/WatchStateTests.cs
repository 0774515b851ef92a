using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class WatchStateTests
{
    private readonly WatchState _state = new(new Backoff(new Random(1)));

    public static TheoryData<Exception> PassingErrors => new()
    {
        Status(429),
        Status(500),
        Status(503),
        new IOException("reset"),
        new EventStoreException("refused"),
        new TimeoutException(),
        new System.Text.Json.JsonException("half a line"),
        new ClusterConnectionException(ClusterConnectionFailure.Broken, "broken"),
    };

    public static TheoryData<Exception> FinalErrors => new()
    {
        Status(400),
        Status(401),
        Status(403),
        Status(405),
        new EventStoreException("TLS") { IsTransient = false },
        new ClusterConnectionException(ClusterConnectionFailure.Certificate, "untrusted"),
        new InvalidOperationException("a mistake"),
    };

    [Fact]
    public void A_watch_begins_where_its_list_began()
    {
        _state.ListBegins("100");

        Assert.Equal(WatchAction.Watch, _state.ListEnds("100").Action);
        Assert.Equal("100", _state.Position);
    }

    [Theory]
    [MemberData(nameof(PassingErrors))]
    public void An_error_that_can_pass_connects_again(Exception error)
    {
        Connect();

        Assert.Equal(WatchAction.Check, _state.Failed(error, WatchAction.Check).Action);
    }

    [Theory]
    [MemberData(nameof(FinalErrors))]
    public void An_error_that_is_final_ends_the_watch(Exception error)
    {
        Connect();

        Assert.Equal(WatchAction.Fail, _state.Failed(error, WatchAction.Check).Action);
    }

    [Fact]
    public void Before_the_first_answer_a_server_that_is_away_is_an_error() =>
        Assert.Equal(WatchAction.Fail, _state.Failed(new IOException(), WatchAction.Page).Action);

    [Fact]
    public void Before_the_first_answer_a_server_that_asks_for_patience_gets_it()
    {
        var step = _state.Failed(Status(429, retryAfter: 7), WatchAction.Page);

        Assert.Equal(new WatchStep(WatchAction.Page, TimeSpan.FromSeconds(7)), step);
    }

    [Fact]
    public void A_version_that_is_gone_is_listed_again_at_once_and_then_more_slowly()
    {
        Connect();

        Assert.Equal(new WatchStep(WatchAction.List), _state.Failed(Status(410), WatchAction.Check));
        Assert.InRange(_state.Failed(Status(410), WatchAction.Check).Delay, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.InRange(_state.Failed(Status(410), WatchAction.Check).Delay, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void An_immediate_close_without_a_frame_lists_again_and_does_not_spin()
    {
        Connect();

        Assert.Equal(new WatchStep(WatchAction.List), _state.Closed(atOnce: true));
        Assert.True(_state.Closed(atOnce: true).Delay >= TimeSpan.FromSeconds(0.5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_an_outage_a_version_that_is_gone_is_listed_at_once_but_only_once_for_each_check(bool byClose)
    {
        Connect();
        for (var i = 0; i < 6; i++)
            _state.Failed(new IOException("refused"), WatchAction.Check);
        _state.Checked("200");

        Assert.Equal(new WatchStep(WatchAction.List), Gone());
        _state.ListEnds("200");
        Assert.True(Gone().Delay >= TimeSpan.FromSeconds(15));

        WatchStep Gone() => byClose ? _state.Closed(atOnce: true) : _state.Failed(Status(410), WatchAction.List);
    }

    [Fact]
    public void A_server_that_answers_and_breaks_each_watch_is_asked_ever_more_slowly()
    {
        Connect();
        var waits = Enumerable.Range(0, 20).Select(_ =>
        {
            _state.Checked("100");
            return _state.Failed(new IOException("reset"), WatchAction.Check).Delay;
        }).ToList();

        Assert.All(waits.Skip(10), wait => Assert.True(wait >= TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public void A_close_after_a_while_goes_on_from_the_last_version()
    {
        Connect();

        Assert.Equal(new WatchStep(WatchAction.Check), _state.Closed(atOnce: false));
        Assert.Equal(new WatchStep(WatchAction.Check), _state.Closed(atOnce: false));
    }

    [Fact]
    public void Waits_grow_to_half_a_minute_and_no_further()
    {
        Connect();

        var waits = Enumerable.Range(0, 20).Select(_ => _state.Failed(new IOException(), WatchAction.Check).Delay).ToList();

        Assert.Equal(TimeSpan.Zero, waits[0]);
        Assert.All(waits, wait => Assert.True(wait <= TimeSpan.FromSeconds(30)));
        Assert.All(waits.Skip(10), wait => Assert.True(wait >= TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public void A_frame_ends_the_growth_of_waits()
    {
        Connect();
        for (var i = 0; i < 10; i++)
            _state.Failed(new IOException(), WatchAction.Check);

        _state.Received(Frame(WatchFrameType.Added, "a", 101));

        Assert.Equal(TimeSpan.Zero, _state.Failed(new IOException(), WatchAction.Check).Delay);
    }

    [Fact]
    public void A_server_that_asks_for_a_day_of_patience_gets_five_minutes()
    {
        Connect();

        Assert.Equal(TimeSpan.FromMinutes(5), _state.Failed(Status(503, retryAfter: 86_400), WatchAction.Check).Delay);
    }

    [Fact]
    public void A_page_that_fails_again_and_again_is_given_up_for_a_new_list()
    {
        Connect();

        var actions = Enumerable.Range(0, 5).Select(_ => _state.Failed(new IOException(), WatchAction.Page).Action);

        Assert.Equal([WatchAction.Page, WatchAction.Page, WatchAction.Page, WatchAction.Page, WatchAction.List], actions);
    }

    [Fact]
    public void A_server_whose_versions_went_back_is_listed_again()
    {
        Connect();

        Assert.Equal(WatchAction.Watch, _state.Checked("100").Action);
        Assert.Equal(WatchAction.Watch, _state.Checked("1000").Action);
        Assert.Equal(WatchAction.List, _state.Checked("99").Action);
    }

    [Fact]
    public void After_the_versions_went_back_a_lower_version_is_new_but_the_same_event_is_not()
    {
        Connect();
        _state.Received(Frame(WatchFrameType.Added, "a", 101));

        _state.Checked("50");
        _state.ListBegins("50");

        Assert.Equal(EventChange.Added, _state.Listed(Event("b", 42)));
        Assert.Null(_state.Listed(Event("a", 101)));
    }

    [Fact]
    public void A_list_after_a_gap_tells_only_what_was_written_since()
    {
        Connect();
        _state.Received(Frame(WatchFrameType.Added, "a", 105));

        _state.ListBegins("200");

        Assert.Null(_state.Listed(Event("a", 105)));
        Assert.Null(_state.Listed(Event("old", 90)));
        Assert.Equal(EventChange.Added, _state.Listed(Event("b", 150)));
        Assert.Equal(EventChange.Modified, _state.Listed(Event("a", 160)));
    }

    [Fact]
    public void An_event_of_a_later_page_that_comes_again_as_a_frame_is_told_once()
    {
        _state.ListBegins("100");
        Assert.Equal(EventChange.Added, _state.Listed(Event("a", 104)));
        _state.ListEnds("100");

        Assert.Null(_state.Received(Frame(WatchFrameType.Added, "a", 104)));
        Assert.Equal(EventChange.Modified, _state.Received(Frame(WatchFrameType.Modified, "a", 105)));
    }

    [Fact]
    public void A_bookmark_moves_the_position_and_tells_nothing()
    {
        Connect();

        Assert.Null(_state.Received(new WatchFrame(WatchFrameType.Bookmark, null, "180", null)));
        Assert.Equal("180", _state.Position);
    }

    private static KubernetesApiException Status(int code, int? retryAfter = null) =>
        new(new KubernetesStatus { Code = code, RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null });

    private static KubeEvent Event(string uid, int version) =>
        SampleEvents.ScaledUp with { Uid = uid, ResourceVersion = version.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static WatchFrame Frame(WatchFrameType type, string uid, int version) =>
        new(type, Event(uid, version), Event(uid, version).ResourceVersion, null);

    private void Connect()
    {
        _state.ListBegins("100");
        _state.ListEnds("100");
    }
}
