using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class WatchOutageTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<CmdletMessage> _messages = [];
    private readonly MessagePump _pump;
    private readonly WatchOutage _outage;
    private DateTimeOffset _since;

    public WatchOutageTests()
    {
        _pump = new MessagePump(_messages.Add);
        _outage = new WatchOutage(_pump, _time);
    }

    [Fact]
    public void An_outage_of_half_a_minute_is_one_warning_and_its_end_another_and_the_next_one_warns_again()
    {
        BreakUntilWarned();
        Assert.Equal(
            "Nothing is seen for now: the API server was not reachable since 12:00:00 (20s). The watch broke: refused. It is tried again until it answers; what is there then is told.",
            Assert.Single(Warnings()));
        _time.Advance(TimeSpan.FromSeconds(30));
        Report("", 30);
        Assert.Single(Warnings());
        End("");
        Assert.Equal("The API server answers again after 50s; the watch goes on.", Warnings().Last());
        BreakUntilWarned();
        Assert.Equal(3, Warnings().Count);
    }

    [Fact]
    public void A_short_outage_is_no_warning()
    {
        Break("");
        Report("", 8);
        End("");
        Assert.Empty(Warnings());
        Assert.Null(_outage.Now);
    }

    [Fact]
    public void Several_namespaces_are_one_outage_which_ends_when_all_are_seen_again()
    {
        Break("a");
        Report("b", 0);
        _time.Advance(TimeSpan.FromSeconds(40));
        Report("a", 8);
        Report("b", 8);
        Assert.Single(Warnings());
        End("a");
        Assert.Single(Warnings());
        Assert.NotNull(_outage.Now);
        End("b");
        Assert.Equal(2, Warnings().Count);
        Assert.Null(_outage.Now);
    }

    [Fact]
    public void A_watch_that_the_server_ended_this_moment_is_no_outage()
    {
        Break("");
        Assert.Null(_outage.Now);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("the API server was not reachable since 12:00:00 (7s). The watch broke: refused.", _outage.Now);
    }

    [Fact]
    public void A_server_that_asks_for_patience_was_reachable_and_when_it_is_asked_again_is_said()
    {
        var busy = new KubernetesApiException(new KubernetesStatus { Code = 429, Reason = "TooManyRequests", Message = "slow" });
        _outage.Report(new WatchInterruption(false, TimeSpan.FromMinutes(5), busy) { Since = _time.GetUtcNow() });
        const string What = "the API server lets nothing be watched since 12:00:00 (0s), and is asked again at 12:05:00. The watch broke: The API server answered 429 TooManyRequests: slow.";
        Assert.Equal($"Nothing is seen for now: {What} It is tried again until it answers; what is there then is told.", Assert.Single(Warnings()));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(What.Replace("0s", "7s", StringComparison.Ordinal), _outage.Now);
    }

    [Fact]
    public void A_server_that_could_not_be_asked_is_not_said_to_be_away()
    {
        _outage.Report(new WatchInterruption(false, TimeSpan.FromSeconds(1), new ClusterConfigurationException("The token file is empty.")) { Since = _time.GetUtcNow() });
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("the API server was not asked since 12:00:00 (7s). The watch broke: The token file is empty.", _outage.Now);
    }

    private void BreakUntilWarned()
    {
        Break("");
        _time.Advance(TimeSpan.FromSeconds(20));
        var before = Warnings().Count;
        Report("", 5);
        Assert.Equal(before, Warnings().Count);
        Report("", 30);
    }

    private void Break(string inNamespace)
    {
        _since = _time.GetUtcNow();
        Report(inNamespace, 0);
    }

    private void Report(string inNamespace, int delay) => _outage.Report(Interruption(inNamespace, delay));

    private void End(string inNamespace) => _outage.End(Interruption(inNamespace, 0));

    private WatchInterruption Interruption(string inNamespace, int delay) =>
        new(false, TimeSpan.FromSeconds(delay), new IOException("refused.")) { Namespace = inNamespace, Since = _since };

    private List<string> Warnings()
    {
        _pump.Drain();
        return [.. _messages.OfType<WarningMessage>().Select(it => it.Text)];
    }
}
