using System.Threading.Channels;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class RepeatedEventsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<WatchedEvent> _events = Channel.CreateUnbounded<WatchedEvent>();

    [Fact]
    public async Task What_goes_on_is_told_when_its_time_is_over_although_nothing_comes_any_more()
    {
        await using var told = Tell().GetAsyncEnumerator();
        See(1);
        Assert.Equal(1, await NextAsync(told));
        See(3);
        var next = NextAsync(told);
        await UntilTakenAsync();
        Assert.False(next.IsCompleted);
        while (!next.IsCompleted)
            _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, await next);
    }

    [Fact]
    public async Task It_ends_with_the_events_and_with_whoever_reads_no_more()
    {
        See(1);
        await using (var told = Tell().GetAsyncEnumerator())
            Assert.Equal(1, await NextAsync(told));
        _events.Writer.Complete();
        Assert.Empty(await ToListAsync(Tell()));
    }

    [Fact]
    public async Task An_error_of_the_watch_is_its_own()
    {
        _events.Writer.Complete(new InvalidOperationException("broken"));
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await ToListAsync(Tell()))).Message);
    }

    private void See(int count) => Assert.True(_events.Writer.TryWrite(new WatchedEvent(EventChange.Added, SampleEvents.ScaledUp with { CoreCount = count })));

    private static async Task<int?> NextAsync(IAsyncEnumerator<EventMessage> told)
    {
        Assert.True(await told.MoveNextAsync());
        return told.Current.SinceLast;
    }

    private static async Task<List<EventMessage>> ToListAsync(IAsyncEnumerable<EventMessage> told)
    {
        var all = new List<EventMessage>();
        await foreach (var one in told)
            all.Add(one);
        return all;
    }

    private async Task UntilTakenAsync()
    {
        while (_events.Reader.Count > 0)
            await Task.Yield();
    }

    private IAsyncEnumerable<EventMessage> Tell() =>
        new RepeatedEvents(new EventRepeatFilter(TimeSpan.FromMinutes(15)), _time, newOnly: false).TellAsync(_events.Reader.ReadAllAsync(), default);
}
