using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class MessagePumpTests
{
    private readonly List<string> _seen = [];
    private readonly MessagePump _pump;
    private int _thread;

    public MessagePumpTests() => _pump = new MessagePump(message =>
    {
        _thread = Environment.CurrentManagedThreadId;
        _seen.Add(((VerboseMessage)message).Text);
    });

    [Fact]
    public void Messages_of_other_threads_are_passed_on_in_order_by_the_thread_that_waits()
    {
        _pump.Run(Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
                await _pump.WriteAsync(new VerboseMessage($"{i}"), CancellationToken.None);
        }), CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), _seen);
        Assert.Equal(Environment.CurrentManagedThreadId, _thread);
    }

    [Fact]
    public void Work_that_is_far_ahead_of_the_pipeline_waits()
    {
        var written = 0;
        var work = Task.Run(async () =>
        {
            for (; written < 1000; written++)
                await _pump.WriteAsync(new VerboseMessage(""), CancellationToken.None);
        });
        Assert.True(SpinWait.SpinUntil(() => written == 64, TimeSpan.FromSeconds(30)));
        Assert.False(work.IsCompleted);
        _pump.Run(work, CancellationToken.None);
        Assert.Equal(1000, _seen.Count);
    }

    [Fact]
    public void What_is_posted_is_never_lost()
    {
        for (var i = 0; i < 1000; i++)
            _pump.Post(new VerboseMessage($"{i}"));
        _pump.Run(Task.CompletedTask, CancellationToken.None);
        Assert.Equal(1000, _seen.Count);
    }

    [Fact]
    public void An_error_of_the_work_comes_after_its_messages()
    {
        var work = Task.Run(async () =>
        {
            await _pump.WriteAsync(new VerboseMessage("first"), CancellationToken.None);
            throw new TimeoutException("then");
        });
        Assert.Throws<TimeoutException>(() => _pump.Run(work, CancellationToken.None));
        Assert.Equal(["first"], _seen);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_although_the_work_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var running = Task.Run(() => Assert.ThrowsAny<OperationCanceledException>(() => _pump.Run(never.Task, stop.Token)));
        await stop.CancelAsync();
        await running;
    }
}
