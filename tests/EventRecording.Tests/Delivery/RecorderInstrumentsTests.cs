using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

public class RecorderInstrumentsTests
{
    private static readonly ObjectReference Redis = new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "measured", Name = "my-op-redis" };

    [Fact]
    public async Task The_meter_counts_what_the_statistics_count()
    {
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == RecorderInstruments.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        void Add(string name, double value)
        {
            lock (sums)
                sums[name] = sums.GetValueOrDefault(name) + value;
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name + Outcome(tags), value));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name + Outcome(tags), 1));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument.Name, value));
        listener.Start();
        await using (var broadcaster = new EventBroadcaster(new InMemoryEventSink()))
            listener.RecordObservableInstruments();

        await RecordThriceAsync();

        // Other tests record at the same time: at least what this one did is there.
        lock (sums)
        {
            Assert.True(sums["eventrecording.occurrences.recorded"] >= 3);
            Assert.True(sums["eventrecording.occurrences.settled created"] >= 1);
            Assert.True(sums["eventrecording.occurrences.settled counted"] >= 2);
            Assert.True(sums["eventrecording.occurrences.rejected"] >= 1);
            Assert.True(sums["eventrecording.requests"] >= 3);
            Assert.True(sums["eventrecording.write.duration counted"] >= 2);
            Assert.True(sums["eventrecording.writes.limit"] >= 4);
        }
    }

    [Fact]
    public async Task A_listener_that_throws_harms_nobody()
    {
        var thrown = 0;
        // On .NET 8 a listener is still called after its disposal, and whoever listens next would hear nothing of what this one throws at.
        var over = false;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == RecorderInstruments.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        meters.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        meters.Start();
        using var activities = Listen(stopped: _ => Throw(), started: _ => Throw());

        await RecordThriceAsync();

        Volatile.Write(ref over, true);
        Assert.True(Volatile.Read(ref thrown) > 0);

        void Throw()
        {
            if (Volatile.Read(ref over))
                return;
            Interlocked.Increment(ref thrown);
            throw new InvalidOperationException("a listener's trouble");
        }
    }

    [Fact]
    public async Task Each_try_is_an_activity_that_names_the_event_and_its_outcome()
    {
        var stopped = new List<Activity>();
        using var listener = Listen(activity =>
        {
            lock (stopped)
                stopped.Add(activity);
        });

        await RecordThriceAsync();

        lock (stopped)
        {
            var mine = stopped.Where(activity => activity.GetTagItem("k8s.namespace.name") as string == "measured").ToList();
            Assert.Contains(mine, activity => activity.GetTagItem("eventrecording.outcome") as string == "created");
            Assert.Contains(mine, activity => activity.GetTagItem("eventrecording.outcome") as string == "counted");
            Assert.All(mine, activity => Assert.StartsWith("my-op-redis.", activity.GetTagItem("eventrecording.event") as string, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_write_that_fails_carries_the_status_or_the_type_of_its_error()
    {
        var tries = new ConcurrentQueue<Activity>();
        using var activities = Listen(tries.Enqueue);
        var writes = new ConcurrentQueue<string>();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: RecorderInstruments.Name, Name: "eventrecording.write.duration" })
                    self.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((_, _, tags, _) => writes.Enqueue(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        meters.Start();
        var sink = new FaultySink().Next(SinkFault.Answer(ApiErrors.Of(418))).Next(SinkFault.Answer(new UnreachableException("a bug of the sink")));
        await using (var broadcaster = new EventBroadcaster(sink, new EventBroadcasterOptions { WriteDeadline = TimeSpan.FromTicks(1) }))
        {
            var recorder = broadcaster.NewRecorder("redis-operator");
            await recorder.RecordAsync(new Occurrence { Regarding = Redis, Reason = "Refused" });
            await recorder.RecordAsync(new Occurrence { Regarding = Redis, Reason = "Failed" });
            await recorder.RecordAsync(new Occurrence { Regarding = Redis, Reason = "Created" });
        }

        Assert.Contains("outcome=refused error.type=418", writes);
        Assert.Contains("outcome=unknown error.type=System.Diagnostics.UnreachableException", writes);
        Assert.Contains("outcome=created", writes);
        Assert.Contains(tries, each => each.GetTagItem("error.type") is "418" && each.Status == ActivityStatusCode.Error);
        Assert.All(tries.Where(each => each.Status != ActivityStatusCode.Error), each => Assert.Null(each.GetTagItem("error.type")));
    }

    private static ActivityListener Listen(Action<Activity> stopped, Action<Activity>? started = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RecorderInstruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = started,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static async Task RecordThriceAsync()
    {
        await using var broadcaster = new EventBroadcaster(new InMemoryEventSink());
        var recorder = broadcaster.NewRecorder("redis-operator");
        for (var i = 0; i < 3; i++)
            await recorder.RecordAsync(new Occurrence { Regarding = Redis, Reason = "ScaledUp", Message = "replicas set to 3" });
        Assert.False(recorder.Event(Redis, "Info", "ScaledUp", "not a type of the API"));
        Assert.Equal((3, 1, 2, 1), (broadcaster.Statistics.Recorded, broadcaster.Statistics.Created, broadcaster.Statistics.Counted, broadcaster.Statistics.Rejected));
    }

    private static string Outcome(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == "outcome")
                return $" {tag.Value}";
        }

        return "";
    }
}
