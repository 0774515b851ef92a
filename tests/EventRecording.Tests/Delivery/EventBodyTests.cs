using System.Text.Json;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>What is sent, beside what real servers took (transcripts <c>adopt</c> and <c>events-v1</c>).</summary>
public class EventBodyTests
{
    private static readonly DateTimeOffset Noon = SampleEvents.Noon;

    [Fact]
    public async Task A_core_event_has_the_fields_that_a_server_took()
    {
        var (create, _) = await SendAsync(EventApiVersion.CoreV1);

        AssertNoOtherFields(Request("adopt", 0), create, allowed: ["metadata.annotations"]);
        Assert.Equal(("v1", "Event"), (Text(create, "apiVersion"), Text(create, "kind")));
        Assert.Equal(("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", 1), (Text(create, "firstTimestamp"), Text(create, "lastTimestamp"), create.GetProperty("count").GetInt32()));
        Assert.Equal(("RedisOperator", "RedisOperator", "node-1"), (Text(create, "reportingComponent"), create.GetProperty("source").GetProperty("component").GetString(), create.GetProperty("source").GetProperty("host").GetString()));
    }

    [Fact]
    public async Task A_patch_of_a_core_event_has_the_fields_that_a_server_took()
    {
        var (_, patch) = await SendAsync(EventApiVersion.CoreV1);

        AssertNoOtherFields(Request("adopt", 3), patch, allowed: []);
        Assert.Equal((2, "2026-11-20T12:00:00Z"), (patch.GetProperty("count").GetInt32(), Text(patch, "lastTimestamp")));
        Assert.NotNull(patch.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        Assert.Single(patch.GetProperty("metadata").GetProperty("annotations").EnumerateObject());
    }

    [Fact]
    public async Task An_event_of_events_v1_has_the_fields_that_a_server_took()
    {
        var (create, _) = await SendAsync(EventApiVersion.EventsV1);

        AssertNoOtherFields(Request("events-v1", 0), create, allowed: ["metadata.annotations"]);
        Assert.Equal(("2026-11-20T12:00:00.000000Z", "ScaledUp", "node-1"), (Text(create, "eventTime"), Text(create, "action"), Text(create, "reportingInstance")));
    }

    [Fact]
    public async Task A_patch_of_events_v1_changes_only_the_series_and_the_annotations()
    {
        var (_, patch) = await SendAsync(EventApiVersion.EventsV1);

        Assert.Equal(["metadata", "series"], patch.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal((2, "2026-11-20T12:00:00.000000Z"), (patch.GetProperty("series").GetProperty("count").GetInt32(), Text(patch.GetProperty("series"), "lastObservedTime")));
    }

    [Fact]
    public async Task An_event_of_events_v1_that_begins_with_several_has_a_series_from_the_start()
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1, MaxConcurrentWrites = 1 });
        var gate = new Gate();
        test.Sink.Next(SinkFault.HeldAt(gate));
        test.Event("holds the only place");
        await gate.WaitForAsync(1);
        test.Event();
        test.Event();
        // Without the clock: what hangs is passed by after a while.
        await SpoolRun.Until(() => test.Observer.AcceptedOccurrences.Count == 3);
        gate.Open(static _ => true);
        await test.FlushAsync();

        // In either order: what is held up is passed by.
        Assert.Equal([null, new EventSeries(2, Noon)], test.Sink.Server.Events.OrderBy(it => it.Count).Select(it => it.Series));
    }

    [Fact]
    public async Task For_events_v1_controller_and_instance_are_made_to_fit()
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1, ReportingInstance = new string('名', 100) });
        test.Broadcaster.NewRecorder("redis operator!").Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", "m");
        await test.FlushAsync();
        Assert.Equal("redis-operator", test.Sink.Event.ReportingController);
        Assert.InRange(Utf8Text.ByteCount(test.Sink.Event.ReportingInstance!), 100, 128);
    }

    [Fact]
    public async Task An_instance_that_is_empty_is_as_good_as_none()
    {
        await using var events = new TestRecorder(options => options with { ApiVersion = EventApiVersion.EventsV1, ReportingInstance = "" });
        await using var core = new TestRecorder(options => options with { ReportingInstance = "" });
        Assert.Equal(Environment.MachineName, (await events.RecordAsync()).Event!.ReportingInstance);
        Assert.Null((await core.RecordAsync()).Event!.ReportingInstance);
    }

    /// <summary>The bodies of a create and of the patch that counts it up.</summary>
    private static async Task<(JsonElement Create, JsonElement Patch)> SendAsync(string apiVersion)
    {
        await using var test = new TestRecorder(options => options with { ApiVersion = apiVersion });
        var recorder = test.Broadcaster.NewRecorder("RedisOperator", "node-1");
        for (var i = 0; i < 2; i++)
            await test.WaitAsync(recorder.RecordAsync(TestRecorder.ScaledUp with { Regarding = SampleEvents.Redis with { ResourceVersion = "1" } }));
        return (Parse(EventJsonWriter.ToBytes(test.Sink.Requests[0].Create!)), Parse(EventPatchJson.ToBytes(test.Sink.Requests[1].Patch!)));
    }

    private static void AssertNoOtherFields(JsonElement taken, JsonElement sent, string[] allowed)
    {
        var fields = Fields(taken, "").ToHashSet();
        Assert.DoesNotContain(Fields(sent, ""), field => !fields.Contains(field) && !allowed.Contains(field));
    }

    private static IEnumerable<string> Fields(JsonElement json, string path)
    {
        foreach (var field in json.EnumerateObject())
        {
            yield return path + field.Name;
            if (field.Value.ValueKind != JsonValueKind.Object || field.Name == "annotations")
                continue;
            foreach (var inner in Fields(field.Value, path + field.Name + "."))
                yield return inner;
        }
    }

    private static JsonElement Request(string scenario, int step) => Transcript.Steps(Transcript.V1_20, scenario)[step].GetProperty("request").GetProperty("body");

    private static JsonElement Parse(byte[] json) => JsonDocument.Parse(json).RootElement.Clone();

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
