using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class LeasePoolTests
{
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
    public async Task One_that_is_given_back_while_others_are_closed_is_closed_once()
    {
        Lease<string>? second = null;
        var closed = new List<string>();
        var pool = new LeasePool<int, string>(_ => false, Close, _time);
        pool.Lease(1, () => "first").Dispose();
        second = pool.Lease(2, () => "second");
        await pool.RetireAsync(_ => true);
        Assert.Equal(["second", "first"], closed);

        Task Close(string value)
        {
            second!.Dispose();
            closed.Add(value);
            return Task.CompletedTask;
        }
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
}
