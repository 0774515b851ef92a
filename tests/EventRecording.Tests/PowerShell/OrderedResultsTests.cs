using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class OrderedResultsTests
{
    private readonly List<string> _seen = [];
    private readonly MessagePump _pump;
    private readonly OrderedResults _results;

    public OrderedResultsTests()
    {
        _pump = new MessagePump(message => _seen.Add(((VerboseMessage)message).Text));
        _results = new OrderedResults(_pump, CancellationToken.None);
    }

    [Fact]
    public void Results_come_in_the_order_of_their_beginning_whichever_is_done_first()
    {
        var work = Enumerable.Range(0, 100).Select(_ => new TaskCompletionSource<CmdletMessage>()).ToArray();
        foreach (var one in work)
            Run(_results.AddAsync(one.Task));
        foreach (var (one, i) in work.Select((one, i) => (one, i)).Reverse())
            one.SetResult(new VerboseMessage($"{i}"));
        Run(_results.CompleteAsync());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), _seen);
    }

    [Fact]
    public void So_many_at_once_and_no_more()
    {
        var first = new TaskCompletionSource<CmdletMessage>();
        var added = new List<Task> { _results.AddAsync(first.Task) };
        while (added.TrueForAll(adding => adding.IsCompleted))
            added.Add(_results.AddAsync(Task.FromResult<CmdletMessage>(new VerboseMessage("next"))));

        // The one that is waited for has left the queue, or has not yet.
        Assert.InRange(added.Count - 1, OrderedResults.MostAtOnce, OrderedResults.MostAtOnce + 1);
        first.SetResult(new VerboseMessage("first"));
        Run(added[^1]);
        Run(_results.CompleteAsync());
        Assert.Equal(added.Count, _seen.Count);
    }

    [Fact]
    public async Task Work_that_breaks_off_leaves_nobody_waiting_for_room()
    {
        await _results.AddAsync(Task.FromException<CmdletMessage>(new InvalidOperationException("broken")));
        await Assert.ThrowsAsync<InvalidOperationException>(_results.CompleteAsync);
        await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(() => _results.AddAsync(Task.FromResult<CmdletMessage>(new VerboseMessage(""))));
    }

    private void Run(Task work) => _pump.Run(work, CancellationToken.None);
}
