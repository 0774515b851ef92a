using System.Text.Json.Nodes;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class EventLogLineTests
{
    private static readonly KubeEvent BackOff = SampleEvents.ScaledUp with
    {
        Name = "my-op-redis.1",
        Namespace = "wire",
        Uid = "u-1",
        Type = "Warning",
        Reason = "BackOff",
        Message = "zurück \"quoted\"\n\u001b[31m",
        SourceComponent = "kubelet",
        SourceHost = "node-1",
        FirstTimestamp = SampleEvents.Noon,
        LastTimestamp = SampleEvents.Noon.AddSeconds(90),
        CoreCount = 3,
        Action = null,
    };

    [Fact]
    public void Otlp_is_an_export_request_with_one_record()
    {
        var request = Parse(BackOff, EventLogFormat.Otlp);
        var logs = Assert.Single(request["resourceLogs"]!.AsArray())!;
        var record = Assert.Single(Assert.Single(logs["scopeLogs"]!.AsArray())!["logRecords"]!.AsArray())!;

        Assert.Equal((SampleEvents.Noon.AddSeconds(90).ToUnixTimeMilliseconds() * 1_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)record["timeUnixNano"]);
        Assert.Equal((13, "Warning"), ((int)record["severityNumber"]!, (string?)record["severityText"]));
        Assert.Equal(BackOff.Message, (string?)record["body"]!["stringValue"]);
        Assert.Equal(
            ["k8s.event.name=my-op-redis.1", "k8s.event.uid=u-1", "k8s.event.reason=BackOff", "k8s.event.count=3", "k8s.event.start_time=2026-11-20T12:00:00Z", "k8s.event.source=kubelet", "k8s.namespace.name=wire"],
            Show(record["attributes"]!));
        Assert.Equal(["k8s.object.api_version=cache.example.com/v1", "k8s.object.kind=Redis", "k8s.object.name=my-op-redis", "k8s.node.name=node-1"], Show(logs["resource"]!["attributes"]!).Where(it => !it.Contains("uid", StringComparison.Ordinal)));
        Assert.Equal("3", (string?)record["attributes"]!.AsArray().Single(it => (string?)it!["key"] == "k8s.event.count")!["value"]!["intValue"]);
    }

    [Fact]
    public void Ecs_is_a_document_in_its_words()
    {
        var document = Parse(BackOff, EventLogFormat.Ecs);

        Assert.Equal("2026-11-20T12:01:30Z", (string?)document["@timestamp"]);
        Assert.Equal(("warning", BackOff.Message), ((string?)document["log"]!["level"], (string?)document["message"]));
        Assert.Equal(("BackOff", "kubelet", "2026-11-20T12:00:00Z"), ((string?)document["event"]!["action"], (string?)document["event"]!["provider"], (string?)document["event"]!["start"]));
        Assert.Equal(("Redis", "my-op-redis", "wire"), ((string?)document["orchestrator"]!["resource"]!["type"], (string?)document["orchestrator"]!["resource"]!["name"], (string?)document["orchestrator"]!["namespace"]));
        Assert.Equal((3, "node-1"), ((int)document["kubernetes"]!["event"]!["count"]!, (string?)document["host"]!["name"]));
    }

    [Theory]
    [InlineData(EventLogFormat.Otlp)]
    [InlineData(EventLogFormat.Ecs)]
    public void Any_event_is_one_line(EventLogFormat format)
    {
        var random = new RandomEvents(3);
        var pool = new StringPool();
        var read = Enumerable.Range(0, 200).Select(_ => EventJsonReader.Read(System.Text.Encoding.UTF8.GetBytes(random.Next().ToJsonString()), "v1", pool));
        Assert.All(read.Append(new KubeEvent()).Append(BackOff), it => Assert.DoesNotContain('\n', EventLogLine.Of(it, format)));
        Assert.Equal("0", (string?)Parse(new KubeEvent(), EventLogFormat.Otlp)["resourceLogs"]![0]!["scopeLogs"]![0]!["logRecords"]![0]!["timeUnixNano"]);
        Assert.Null(Parse(new KubeEvent(), EventLogFormat.Ecs)["host"]);
    }

    private static JsonNode Parse(KubeEvent item, EventLogFormat format) => JsonNode.Parse(EventLogLine.Of(item, format))!;

    private static IEnumerable<string> Show(JsonNode attributes) =>
        attributes.AsArray().Select(it => $"{it!["key"]}={it["value"]!["stringValue"] ?? it["value"]!["intValue"]}");
}
