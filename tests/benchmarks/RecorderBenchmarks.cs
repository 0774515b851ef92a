namespace EventRecording.Benchmarks;

/// <summary>The recorder alone, with a sink that answers at once: run it on one core (taskset -c 0).</summary>
internal static class RecorderBenchmarks
{
    private const int Repeated = 4_000_000;
    private const int Distinct = 400_000;

    public static Task<Measurement> RepeatedEventAsync() => MeasureAsync(Repeated, (recorder, redis, _) =>
        recorder.Event(redis, EventType.Normal, "ScaledUp", "replicas of my-op-redis set to 3"));

    public static Task<Measurement> RepeatedEventfAsync() => MeasureAsync(Repeated, (recorder, redis, _) =>
        recorder.Eventf(redis, EventType.Normal, "ScaledUp", "replicas of {0} set to {1}", "my-op-redis", 3));

    public static async Task<Measurement> DistinctObjectsAsync()
    {
        var objects = Enumerable.Range(0, Distinct).Select(i => Redis($"my-op-redis-{i}", $"b2c3d4e5-0000-4000-8000-{i:x12}")).ToArray();
        return await MeasureAsync(Distinct, (recorder, _, i) => recorder.Event(objects[i], EventType.Normal, "ScaledUp", "replicas set to 3"));
    }

    private static async Task<Measurement> MeasureAsync(int count, Func<EventRecorder, ObjectReference, int, bool> record)
    {
        await using var broadcaster = new EventBroadcaster(new AnsweringSink());
        var recorder = broadcaster.NewRecorder("redis-operator");
        var redis = Redis("my-op-redis", "fdfe59ae-b623-4ef3-ae47-6ca272e453ce");
        return await Measurement.OfAsync(count, async () =>
        {
            for (var i = 0; i < count; i++)
            {
                while (!record(recorder, redis, i))
                    Thread.Yield();
            }

            var flushed = await broadcaster.FlushAsync();
            if (!flushed.IsComplete || broadcaster.Statistics.Created + broadcaster.Statistics.Counted != count)
                throw new InvalidOperationException($"not everything was counted: {broadcaster.Statistics}");
        });
    }

    private static ObjectReference Redis(string name, string uid) =>
        new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "wire", Name = name, Uid = uid };
}
