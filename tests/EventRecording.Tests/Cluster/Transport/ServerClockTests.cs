using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public sealed class ServerClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServerWarnings _warnings = new(new object());
    private readonly ServerClock _clock;

    public ServerClockTests() => _clock = new ServerClock(Clusters.Configuration, _time, _warnings);

    [Fact]
    public void What_is_no_date_is_left_out()
    {
        var told = new List<string>();
        _warnings.Received += (_, text) => told.Add(text);
        using var answer = new HttpResponseMessage();
        _clock.Observe(answer.Headers);
        answer.Headers.TryAddWithoutValidation("Date", "at noon");
        _clock.Observe(answer.Headers);
        Assert.Empty(told);
    }

    [Fact]
    public void The_one_warning_waits_for_a_listener()
    {
        Observe(minutes: 6);
        var told = new List<string>();
        _warnings.Received += (_, text) => told.Add(text);
        Observe(minutes: 5);
        Assert.Empty(told);
        Observe(minutes: 7);
        Observe(minutes: -8);
        Assert.Contains("7 minutes behind", Assert.Single(told), StringComparison.Ordinal);
    }

    private void Observe(int minutes)
    {
        using var answer = new HttpResponseMessage();
        answer.Headers.Date = _time.GetUtcNow() + TimeSpan.FromMinutes(minutes);
        _clock.Observe(answer.Headers);
    }
}
