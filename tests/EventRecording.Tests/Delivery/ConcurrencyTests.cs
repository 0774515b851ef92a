using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>The recorder finds how many writes its sink bears at a time.</summary>
public class ConcurrencyTests
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sink_that_bears_more_gets_more_up_to_the_option(bool clockGoesOn)
    {
        var sink = new HeldSink();
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 100 }, sink, clockGoesOn ? new ClockThatGoesOn() : null);
        Record(test, 500);

        foreach (var atATime in new[] { 4, 16, 64, 100, 100 })
            await AnswerAsync(test, sink, atATime);

        sink.Answers = true;
        await test.FlushAsync();
        test.AssertAddsUp(500);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(1_000, 100)]
    public async Task A_sink_that_bears_few_gets_no_more_and_one_that_bears_many_gets_what_the_option_says(int borne, int most)
    {
        var sink = new HeldSink { MaxConcurrentWrites = borne };
        await using var test = new TestRecorder(options => options with { MaxConcurrentWrites = 100 }, sink);
        Record(test, 500);

        foreach (var atATime in new[] { 4, 16, Math.Min(64, most), most, most })
            await AnswerAsync(test, sink, atATime);

        Assert.Equal(most, test.Broadcaster.Options.MaxConcurrentWrites);
        sink.Answers = true;
        await test.FlushAsync();
        test.AssertAddsUp(500);
    }

    [Fact]
    public async Task A_sink_that_begins_to_say_429_gets_half_at_once_and_nothing_is_lost()
    {
        var sink = new HeldSink();
        await using var test = new TestRecorder(sink: sink);
        Record(test, 1_000);
        foreach (var atATime in new[] { 4, 16, 64 })
            await AnswerAsync(test, sink, atATime);

        await AnswerAsync(test, sink, 128, new KubernetesApiException(new KubernetesStatus { Code = 429, Reason = "TooManyRequests", Message = "try again", RetryAfter = TimeSpan.FromSeconds(1) }));
        await AnswerAsync(test, sink, 64);
        // A sixteenth more.
        await AnswerAsync(test, sink, 68);

        sink.Answers = true;
        await test.FlushAsync();
        Assert.Equal(1_000, sink.Server.Events.Count);
        Assert.Equal(1_128, test.Statistics.Requests);
        test.AssertAddsUp(1_000);
    }

    [Fact]
    public async Task A_sink_that_took_longer_than_ever_gets_less()
    {
        var sink = new HeldSink();
        await using var test = new TestRecorder(sink: sink);
        Record(test, 1_000);
        foreach (var atATime in new[] { 4, 16, 64 })
            await AnswerAsync(test, sink, atATime);
        // Once may be by chance.
        await AnswerAsync(test, sink, 128, times: 12);
        await AnswerAsync(test, sink, 128, times: 12);
        await AnswerAsync(test, sink, 64);
        sink.Answers = true;
        await test.FlushAsync();
        test.AssertAddsUp(1_000);
    }

    /// <summary>Waits until so many requests run, and answers them after some time; more do not run.</summary>
    private static async Task AnswerAsync(TestRecorder test, HeldSink sink, int expected, Exception? error = null, int times = 1)
    {
        await sink.WaitForAsync(expected);
        Assert.Equal(expected, test.Statistics.ConcurrentWrites);
        test.Time.Advance(Latency * times);
        sink.Answer(expected, error);
    }

    private static void Record(TestRecorder test, int count)
    {
        for (var i = 0; i < count; i++)
            Assert.True(test.Event(regarding: SampleEvents.Redis with { Name = $"redis-{i}", Uid = Guid.NewGuid().ToString() }));
    }

    /// <summary>As a real clock, it never shows the same time twice.</summary>
    private sealed class ClockThatGoesOn : FakeTimeProvider
    {
        private long _readings;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Increment(ref _readings);
    }

    /// <summary>Holds what is created until a test answers.</summary>
    private sealed class HeldSink : IEventSink
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
        private readonly List<TaskCompletionSource> _held = [];
        private bool _answers;

        public InMemoryEventSink Server { get; } = new();

        public int? MaxConcurrentWrites { get; init; }

        public bool Answers
        {
            set
            {
                lock (_held)
                    _answers = value;
                Answer(int.MaxValue, null);
            }
        }

        public async ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_held)
            {
                if (_answers)
                    answer.SetResult();
                else
                    _held.Add(answer);
            }

            await answer.Task;
            return await Server.CreateAsync(kubeEvent, cancellationToken);
        }

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => Server.PatchAsync(patch, cancellationToken);

        public async Task WaitForAsync(int count)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (true)
            {
                lock (_held)
                {
                    if (_held.Count == count)
                        return;
                    Assert.True(_held.Count < count, $"{_held.Count} at a time instead of {count}");
                }

                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public void Answer(int count, Exception? error)
        {
            List<TaskCompletionSource> answered;
            lock (_held)
            {
                answered = [.. _held.Take(count)];
                _held.RemoveRange(0, answered.Count);
            }

            foreach (var one in answered)
            {
                if (error is null)
                    one.SetResult();
                else
                    one.SetException(error);
            }
        }
    }
}
