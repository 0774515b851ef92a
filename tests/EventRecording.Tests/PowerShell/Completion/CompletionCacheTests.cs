using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell.Completion;

public class CompletionCacheTests
{
    private static readonly IReadOnlyList<Candidate> One = [new("one")];
    private static readonly IReadOnlyList<Candidate> Two = [new("two")];
    private readonly FakeTimeProvider _time = new(SampleEvents.Noon);
    private readonly CompletionCache _cache;
    private int _fetches;

    public CompletionCacheTests() => _cache = new CompletionCache(_time);

    [Fact]
    public async Task What_was_fetched_is_good_for_a_while()
    {
        Assert.Equal(One, await GetAsync(Task.FromResult(One)));
        _time.Advance(CompletionCache.MaxAge - TimeSpan.FromTicks(1));
        Assert.Equal(One, await GetAsync(Task.FromResult(Two)));
        Assert.Equal(1, _fetches);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Two, await GetAsync(Task.FromResult(Two)));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_300_ms_once_something_was_answered_and_what_comes_later_is_there_at_the_next_tab()
    {
        Assert.InRange(CompletionCache.Patience, TimeSpan.Zero, TimeSpan.FromMilliseconds(300));
        var slow = new TaskCompletionSource<IReadOnlyList<Candidate>>();
        for (var seconds = 1; seconds <= 2; seconds++)
        {
            Assert.Empty(await GetAsync(slow.Task));
            Assert.Equal(TimeSpan.FromSeconds(seconds), _time.GetUtcNow() - SampleEvents.Noon);
        }

        slow.SetResult(One);
        Assert.Equal(One, await GetAsync(Task.FromResult(Two)));
        Assert.Equal(1, _fetches);

        _time.Advance(CompletionCache.MaxAge);
        var asked = _time.GetUtcNow();
        Assert.Equal(One, await GetAsync(new TaskCompletionSource<IReadOnlyList<Candidate>>().Task));
        Assert.Equal(CompletionCache.Patience, _time.GetUtcNow() - asked);
    }

    [Fact]
    public async Task While_a_new_fetch_takes_too_long_the_old_result_stands_in()
    {
        await GetAsync(Task.FromResult(One));
        _time.Advance(CompletionCache.MaxAge);
        Assert.Equal(One, await GetAsync(new TaskCompletionSource<IReadOnlyList<Candidate>>().Task));
    }

    [Fact]
    public async Task A_failure_gives_what_was_there_before_and_is_not_tried_at_every_tab()
    {
        await GetAsync(Task.FromResult(One));
        _time.Advance(CompletionCache.MaxAge);
        for (var i = 0; i < 3; i++)
            Assert.Equal(One, await GetAsync(Task.FromException<IReadOnlyList<Candidate>>(new InvalidOperationException())));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task A_fetch_that_hangs_is_ended()
    {
        var ended = new TaskCompletionSource();
        var getting = Task.Run(() => _cache.Get("key", () => "", async cancellationToken =>
        {
            try
            {
                return await new TaskCompletionSource<IReadOnlyList<Candidate>>().Task.WaitAsync(cancellationToken);
            }
            finally
            {
                ended.SetResult();
            }
        }));
        while (!ended.Task.IsCompleted)
        {
            if (!_time.AdvanceToNextTimer(TimeSpan.FromMinutes(1)))
                await Task.Yield();
        }

        Assert.Empty(await getting);
    }

    [Fact]
    public async Task Files_on_a_disk_that_hangs_take_no_longer_and_one_thread_however_often_tab_is_pressed()
    {
        var (looks, answers) = (0, new SemaphoreSlim(0));
        for (var seconds = 1; seconds <= 2; seconds++)
        {
            var getting = GetAsync();
            while (!getting.IsCompleted)
            {
                if (!_time.AdvanceToNextTimer(TimeSpan.FromSeconds(1)))
                    await Task.Yield();
            }

            Assert.Empty(await getting);
            Assert.Equal(TimeSpan.FromSeconds(seconds), _time.GetUtcNow() - SampleEvents.Noon);
        }

        Assert.Equal(1, looks);
        // The one that hung, and another one if that has ended already.
        answers.Release(2);
        Assert.Equal(One, await GetAsync());

        Task<IReadOnlyList<Candidate>> GetAsync() => Task.Run(() => _cache.Get("key", Version, _ => Task.FromResult(One))).WaitAsync(TimeSpan.FromSeconds(30));

        string Version()
        {
            looks++;
            Assert.True(answers.Wait(TimeSpan.FromSeconds(30)));
            return "";
        }
    }

    private async Task<IReadOnlyList<Candidate>> GetAsync(Task<IReadOnlyList<Candidate>> result)
    {
        var getting = Task.Run(() => _cache.Get("key", () => "", _ =>
        {
            Interlocked.Increment(ref _fetches);
            return result;
        }));
        while (!getting.IsCompleted)
        {
            // What is there comes at once; only what is not costs time.
            if (result.IsCompleted || !_time.AdvanceToNextTimer(TimeSpan.FromSeconds(1)))
                await Task.Yield();
        }

        return await getting;
    }
}
