using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Model.Json;

public class EventJsonWriterTests
{
    [Fact]
    public void An_event_of_core_v1_is_written_as_the_server_took_it()
    {
        var kubeEvent = new KubeEvent
        {
            Name = "my-op-redis.8",
            Namespace = "wire",
            InvolvedObject = Redis with { Uid = "3840cc87-8263-4be5-a302-92dc5c3d3030", ResourceVersion = "233225" },
            Related = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Fleet", Name = "europe", Uid = "069e3417-9741-4279-b7b4-87e42b87371d", ResourceVersion = "233226" },
            Type = "Normal",
            Reason = "ScaledUp",
            Message = "my-op-redis replicas set to 3",
            Action = "Scaling",
            SourceComponent = "RedisOperator",
            SourceHost = "node-1",
            ReportingController = "RedisOperator",
            ReportingInstance = "node-1",
            FirstTimestamp = Noon,
            LastTimestamp = Noon,
            EventTime = Noon.AddMicroseconds(123456),
            CoreCount = 1,
        };
        AssertSame(Transcript.Steps(Transcript.V1_20, "create")[9], kubeEvent);
    }

    [Fact]
    public void An_event_of_events_k8s_io_is_written_as_the_server_took_it()
    {
        var kubeEvent = new KubeEvent
        {
            ApiVersion = EventApiVersion.EventsV1,
            Name = "v1.1",
            Namespace = "wire",
            InvolvedObject = Redis with { Uid = "3840cc87-8263-4be5-a302-92dc5c3d3030", ResourceVersion = "233225" },
            Type = "Normal",
            Reason = "ScaledUp",
            Message = "replicas set to 3",
            Action = "Scaling",
            ReportingController = "example.com/redis-operator",
            ReportingInstance = "redis-operator-node-1",
            EventTime = Noon.AddMicroseconds(123456),
            SourceComponent = "never sent",
            SourceHost = "never sent",
            FirstTimestamp = Noon,
            LastTimestamp = Noon,
            CoreCount = 3,
        };
        AssertSame(Transcript.Steps(Transcript.V1_20, "events-v1")[0], kubeEvent);
    }

    [Fact]
    public void Times_have_whole_seconds_and_micro_times_have_six_digits()
    {
        var json = Write(new KubeEvent
        {
            FirstTimestamp = Noon.AddMilliseconds(999),
            LastTimestamp = new DateTimeOffset(2026, 11, 20, 13, 0, 1, TimeSpan.FromHours(1)),
            EventTime = Noon,
            Series = new EventSeries(2, Noon.AddTicks(9)),
        });
        Assert.Equal("2026-11-20T12:00:00Z", (string?)json["firstTimestamp"]);
        Assert.Equal("2026-11-20T12:00:01Z", (string?)json["lastTimestamp"]);
        Assert.Equal("2026-11-20T12:00:00.000000Z", (string?)json["eventTime"]);
        Assert.Equal("2026-11-20T12:00:00.000000Z", (string?)json["series"]!["lastObservedTime"]);
    }

    [Fact]
    public void What_is_not_set_is_not_sent()
    {
        var json = Write(new KubeEvent { Name = "n", Namespace = "ns" });
        Assert.Equal(["apiVersion", "kind", "metadata", "involvedObject", "source"], json.AsObject().Select(property => property.Key));
    }

    [Fact]
    public void Any_text_can_be_sent()
    {
        var json = Encoding.UTF8.GetString(EventJsonWriter.ToBytes(new KubeEvent
        {
            Reason = "扩容",
            Message = "\ud800 \u001b[31m \"\\ \udc00x",
            Labels = new Dictionary<string, string> { ["k\udfff"] = "v\ud83d" },
        }));
        Assert.Contains("\"扩容\"", json, StringComparison.Ordinal);
        Assert.Equal("\uFFFD \u001b[31m \"\\ \uFFFDx", (string?)JsonNode.Parse(json)!["message"]);
        Assert.Equal("v\uFFFD", (string?)JsonNode.Parse(json)!["metadata"]!["labels"]!["k\uFFFD"]);
    }

    internal static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly ObjectReference Redis = new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "wire", Name = "my-op-redis" };

    private static void AssertSame(JsonElement step, KubeEvent kubeEvent)
    {
        var expected = JsonNode.Parse(step.GetProperty("request").GetProperty("body").GetRawText());
        var actual = Write(kubeEvent);
        Assert.True(JsonNode.DeepEquals(expected, actual), $"{expected}\n---\n{actual}");
    }

    private static JsonNode Write(KubeEvent kubeEvent) => JsonNode.Parse(EventJsonWriter.ToBytes(kubeEvent))!;
}
