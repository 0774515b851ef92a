using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

/// <summary>What is on the server is what was counted, whatever goes wrong on the way.</summary>
public class ExactCountsTests
{
    // More on request: EVENTRECORDING_RUNS=20000.
    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("EVENTRECORDING_RUNS"), out var number) ? number : 500;

    [Fact]
    public async Task In_random_runs_with_a_fault_in_every_third_request_the_sum_of_counts_is_what_was_counted()
    {
        var (faults, unknown) = (0, 0L);
        for (var seed = 1; seed <= Runs; seed++)
        {
            var run = await RunAsync(seed, server => server);
            Assert.True(
                run.Sum >= run.OnServer && run.Sum <= run.OnServer + run.Unknown,
                $"seed {seed}: the counts on the server add up to {run.Sum}, {run.OnServer} were counted and {run.Unknown} are unknown");
            faults += run.Faults;
            unknown += run.Unknown;
        }

        Assert.True(faults > Runs * 3, $"{faults} faults");
        Assert.True(unknown < faults, $"{unknown} unknown");
    }

    [Fact]
    public async Task Without_the_mark_of_the_writer_the_counts_are_wrong()
    {
        var wrong = 0;
        for (var seed = 1; seed <= 50; seed++)
        {
            var run = await RunAsync(seed, static server => new MarklessSink(server));
            wrong += run.Sum > run.OnServer + run.Unknown ? 1 : 0;
        }

        Assert.True(wrong >= 10, $"only {wrong} of 50 runs are wrong");
    }

    [Fact]
    public async Task Three_writers_of_the_same_100_series_make_100_events_with_the_count_300()
    {
        var server = new InMemoryEventSink();
        var time = new FakeTimeProvider(SampleEvents.Noon);
        var writers = Enumerable.Range(0, 3).Select(i =>
        {
            var faults = new RandomFaults(server, new LockedRandom(i), () => { });
            return new TestRecorder(options => options with { WriteDeadline = TimeSpan.FromMinutes(10) }, faults, time, seed: i);
        }).ToArray();

        for (var round = 0; round < 100; round++)
        {
            foreach (var writer in writers)
            {
                for (var series = 0; series < 100; series++)
                    Assert.True(writer.Event($"message {series}"));
            }

            // All at the same time, in many writes.
            if (round % 10 == 9)
                await writers[0].WaitAsync(Task.WhenAll(writers.Select(writer => writer.Broadcaster.FlushAsync())));
        }

        await writers[0].WaitAsync(Task.WhenAll(writers.Select(writer => writer.Broadcaster.FlushAsync())));
        foreach (var writer in writers)
        {
            writer.AssertAddsUp(10_000);
            Assert.Equal((0, 0, 0), (writer.Statistics.Unknown, writer.Statistics.Failed, writer.Statistics.Refused));
            await writer.DisposeAsync();
        }

        Assert.Equal(Enumerable.Repeat(300, 100), server.Events.Select(kubeEvent => kubeEvent.Count));
        Assert.Equal(100, writers.Sum(writer => writer.Statistics.Created));
    }

    /// <summary>One recorder with faults and another writer that writes between each loss and the reading back.</summary>
    private static async Task<(long Sum, long OnServer, long Unknown, int Faults)> RunAsync(int seed, Func<IEventSink, IEventSink> wrap)
    {
        var random = new LockedRandom(seed);
        var server = new InMemoryEventSink();
        var apiVersion = seed % 2 == 0 ? EventApiVersion.CoreV1 : EventApiVersion.EventsV1;
        await using var other = new TestRecorder(options => options with { ApiVersion = apiVersion }, server, seed: seed);
        var faults = new RandomFaults(wrap(server), random, () => other.Event($"m{random.Next(3)}"));
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion, WriteDeadline = TimeSpan.FromSeconds(seed % 3 == 0 ? 1 : 60) }, faults, seed: seed);
        for (var i = 0; i < 30; i++)
        {
            Assert.True(test.Event($"m{random.Next(3)}"));
            if (random.Next(4) == 0)
                await test.FlushAsync();
        }

        await test.FlushAsync();
        await other.FlushAsync();
        test.AssertAddsUp(30);
        var ours = test.Statistics;
        return (server.Events.Sum(kubeEvent => (long)kubeEvent.Count), ours.Created + ours.Counted + other.Statistics.Created + other.Statistics.Counted, ours.Unknown, faults.Number);
    }

    /// <summary>Every third request goes wrong: refused for now, lost before it was applied, or lost after it.</summary>
    private sealed class RandomFaults(IEventSink server, LockedRandom random, Action afterwards) : IEventSink
    {
        private int _number;

        public int Number => _number;

        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) =>
            AnswerAsync(() => server.CreateAsync(kubeEvent, cancellationToken));

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) =>
            AnswerAsync(() => server.PatchAsync(patch, cancellationToken));

        private async ValueTask<KubeEvent> AnswerAsync(Func<ValueTask<KubeEvent>> apply)
        {
            if (random.Next(3) > 0)
                return await apply();
            Interlocked.Increment(ref _number);
            switch (random.Next(4))
            {
                case 0:
                    throw ApiErrors.Of(429);
                case 1:
                    throw new IOException("lost before it was applied");
                default:
                    await apply();
                    afterwards();
                    throw random.Next(2) == 0 ? new IOException("lost after it was applied") : ApiErrors.Of(504);
            }
        }
    }

    /// <summary>A server that keeps no marks.</summary>
    private sealed class MarklessSink(IEventSink server) : IEventSink
    {
        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) =>
            server.CreateAsync(kubeEvent with { Annotations = new Dictionary<string, string>() }, cancellationToken);

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) =>
            server.PatchAsync(patch with { Annotations = null }, cancellationToken);
    }
}
