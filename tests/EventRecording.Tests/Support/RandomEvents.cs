using System.Globalization;
using System.Text.Json.Nodes;

namespace EventRecording.Tests.Support;

/// <summary>Events as a server has them, with any fields and any text.</summary>
internal sealed class RandomEvents(int seed)
{
    private static readonly string[] Texts = ["", "a", "über", "line\nline\r\n", "\u001b[31m", "\u2028", "\ud83d\ude00", "\"quoted\" \\", "{\"items\":[]}"];
    private readonly Random _random = new(seed);
    private int _number;

    public JsonObject Next(bool isCore = true)
    {
        _number++;
        var item = new JsonObject { ["apiVersion"] = isCore ? "v1" : "events.k8s.io/v1", ["kind"] = "Event", ["metadata"] = Metadata() };
        item[isCore ? "involvedObject" : "regarding"] = Reference();
        Maybe(item, "related", Reference);
        Maybe(item, "type", () => _random.Next(2) == 0 ? "Normal" : "Warning");
        Maybe(item, "reason", () => Pick("ScaledUp", "BackOff", "Failed", "FailedMount"));
        Maybe(item, isCore ? "message" : "note", Text);
        Maybe(item, "action", Text);
        Maybe(item, isCore ? "reportingComponent" : "reportingController", () => Pick("kubelet", "example.com/operator", ""));
        Maybe(item, "reportingInstance", Text);
        Maybe(item, "eventTime", MicroTime);
        Maybe(item, "series", () => new JsonObject { ["count"] = _random.Next(2, 9), ["lastObservedTime"] = MicroTime() });
        item[isCore ? "source" : "deprecatedSource"] = Source();
        Maybe(item, isCore ? "firstTimestamp" : "deprecatedFirstTimestamp", Time);
        Maybe(item, isCore ? "lastTimestamp" : "deprecatedLastTimestamp", Time);
        Maybe(item, isCore ? "count" : "deprecatedCount", () => _random.Next(1, 100));
        Maybe(item, "futureField", () => new JsonObject { ["nested"] = new JsonArray(1, "two\n", null) });
        return item;
    }

    private JsonObject Metadata()
    {
        var metadata = new JsonObject
        {
            ["name"] = string.Create(CultureInfo.InvariantCulture, $"web-{_number}.abc"),
            ["namespace"] = Pick("default", "prod-a", "prod-b"),
            ["uid"] = new Guid(_number, 0, 0, new byte[8]).ToString(),
            ["resourceVersion"] = (1000 + _number).ToString(CultureInfo.InvariantCulture),
            ["creationTimestamp"] = Time(),
        };
        Maybe(metadata, "labels", () => new JsonObject { ["app"] = "web", ["empty"] = "" });
        Maybe(metadata, "annotations", () => new JsonObject { ["note"] = Text() });
        Maybe(metadata, "generateName", () => "web-");
        Maybe(metadata, "ownerReferences", () => new JsonArray(new JsonObject { ["kind"] = "Pod", ["name"] = "web-0", ["controller"] = true }));
        Maybe(metadata, "finalizers", () => new JsonArray("example.com/keep"));
        return metadata;
    }

    private JsonObject Reference()
    {
        var reference = new JsonObject { ["kind"] = Pick("Pod", "Deployment"), ["name"] = Pick("web-0", "web") };
        Maybe(reference, "namespace", () => Pick("default", "prod-a"));
        Maybe(reference, "apiVersion", () => Pick("v1", "apps/v1"));
        Maybe(reference, "uid", () => Guid.Empty.ToString());
        Maybe(reference, "resourceVersion", () => "7");
        Maybe(reference, "fieldPath", () => "spec.containers{web}");
        return reference;
    }

    private JsonObject Source()
    {
        var source = new JsonObject();
        Maybe(source, "component", () => Pick("kubelet", "scheduler"));
        Maybe(source, "host", () => "node-1");
        return source;
    }

    private void Maybe(JsonObject target, string name, Func<JsonNode> value)
    {
        if (_random.Next(3) > 0)
            target[name] = value();
    }

    private string Pick(params string[] values) => values[_random.Next(values.Length)];

    private JsonNode Text() => string.Concat(Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(Texts)));

    private JsonNode Time() => At().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private JsonNode MicroTime() => At().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private DateTimeOffset At() => SampleEvents.Noon.AddTicks(_random.NextInt64(TimeSpan.TicksPerDay));
}
