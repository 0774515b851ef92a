using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class LeasePoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Of_two_that_are_made_at_once_the_second_is_closed()
    {
        var closed = new List<string>();
        var pool = NewPool(_ => false, closed);
        using var second = pool.Lease(1, () =>
        {
            pool.Lease(1, () => "first").Dispose();
            return "second";
        });
        Assert.Equal(("first", "second"), (second.Value, Assert.Single(closed)));
    }

    [Fact]
    public async Task Nobody_waits_while_a_disk_says_whether_something_is_busy_and_what_is_used_meanwhile_is_kept()
    {
        var (closed, asked, answers) = (new List<string>(), new SemaphoreSlim(0), new SemaphoreSlim(0));
        var pool = NewPool(_ => Ask(asked, answers), closed);
        pool.Lease(1, () => "one").Dispose();
        pool.Lease(2, () => "two").Dispose();
        var closing = Task.Run(pool.CloseUnusedAsync);
        Assert.True(await asked.WaitAsync(Patience));

        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.Run(() => pool.Lease(2, () => "another").Dispose()).WaitAsync(Patience);
        answers.Release(2);
        await closing.WaitAsync(Patience);
        Assert.Equal(["one"], closed);
    }

    [Fact]
    public async Task A_disk_that_hangs_takes_one_thread_however_much_is_unused()
    {
        var (closed, asked, answers) = (new List<string>(), new SemaphoreSlim(0), new SemaphoreSlim(0));
        var pool = NewPool(_ => Ask(asked, answers), closed);
        pool.Lease(0, () => "0").Dispose();
        var tidying = Task.Run(() => _time.Advance(LeasePool<int, string>.KeptUnused));
        Assert.True(await asked.WaitAsync(Patience));

        for (var key = 1; key < 40; key++)
            await Task.Run(() => pool.Lease(key, () => $"{key}").Dispose()).WaitAsync(Patience);
        await Task.Run(() => _time.Advance(LeasePool<int, string>.KeptUnused)).WaitAsync(Patience);
        Assert.Equal(0, asked.CurrentCount);
        answers.Release(100);
        await tidying.WaitAsync(Patience);
        Assert.Equal(["0"], closed);
        _time.Advance(LeasePool<int, string>.KeptUnused);
        Assert.Equal(40, closed.Count);
    }

    [Fact]
    public void One_that_fails_to_close_holds_back_no_other()
    {
        var closed = new List<int>();
        var pool = new LeasePool<int, int>(_ => false, Close, _time);
        for (var key = 0; key < 3; key++)
            pool.Lease(key, () => key).Dispose();
        _time.Advance(LeasePool<int, int>.KeptUnused);
        Assert.Equal([1, 2], closed);

        Task Close(int key)
        {
            if (key == 0)
                throw new InvalidOperationException("closing failed");
            closed.Add(key);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task What_is_busy_is_kept_until_it_no_longer_is()
    {
        var (isBusy, closed) = (true, new List<string>());
        var pool = NewPool(_ => isBusy, closed);
        pool.Lease(1, () => "one").Dispose();
        _time.Advance(2 * LeasePool<int, string>.KeptUnused);
        await pool.CloseUnusedAsync();
        Assert.Empty(closed);
        isBusy = false;
        _time.Advance(LeasePool<int, string>.KeptUnused);
        Assert.Equal(["one"], closed);
    }

    private LeasePool<int, string> NewPool(Func<string, bool> isBusy, List<string> closed) => new(isBusy, value =>
    {
        closed.Add(value);
        return Task.CompletedTask;
    }, _time);

    private static bool Ask(SemaphoreSlim asked, SemaphoreSlim answers)
    {
        asked.Release();
        return !answers.Wait(Patience);
    }
}
