using System.Text.Json;
using System.Text.Json.Nodes;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class SerializedEventTests
{
    private static readonly KubeEvent Full = SampleEvents.ScaledUp with
    {
        ApiVersion = EventApiVersion.EventsV1,
        Context = "prod",
        Labels = new Dictionary<string, string> { ["team"] = "a" },
        Annotations = new Dictionary<string, string> { ["note"] = "b", ["empty"] = "" },
        Related = TestRecorder.Fleet,
        Action = "Scaling",
        SourceHost = "node-1",
        ReportingInstance = "pod-1",
        EventTime = SampleEvents.Noon.AddTicks(1234560),
        CoreCount = null,
        Series = new EventSeries(7, SampleEvents.Noon.AddTicks(9876540)),
    };

    [Fact]
    public void All_of_an_event_comes_back()
    {
        var read = SerializedEvent.TryRead(Json(Full))!;

        Assert.Equal(Full with { Labels = read.Labels, Annotations = read.Annotations }, read);
        Assert.Equal(Full.Labels, read.Labels);
        Assert.Equal(Full.Annotations, read.Annotations);
    }

    [Fact]
    public void Times_are_read_as_other_processes_get_them()
    {
        var given = JsonNode.Parse(Json(Full).Span)!;
        given["EventTime"] = new JsonObject { ["UtcDateTime"] = "x", ["UtcTicks"] = Full.EventTime!.Value.UtcTicks, ["Offset"] = new JsonObject() };
        given["FirstTimestamp"] = "11/20/2026 14:00:00 +02:00";
        given["LastTimestamp"] = "2026-11-20T12:00:00.0000000Z";

        var read = SerializedEvent.TryRead(Bytes(given))!;

        Assert.Equal((Full.EventTime, SampleEvents.Noon, SampleEvents.Noon), (read.EventTime, read.FirstTimestamp, read.LastTimestamp));
    }

    [Fact]
    public void What_is_null_is_as_in_an_event_without_it()
    {
        var given = JsonNode.Parse(Json(Full).Span)!;
        foreach (var name in new[] { "ApiVersion", "Name", "Namespace", "Labels", "Annotations" })
            given[name] = null;

        var read = SerializedEvent.TryRead(Bytes(given))!;

        Assert.Equal((EventApiVersion.CoreV1, "", ""), (read.ApiVersion, read.Name, read.Namespace));
        Assert.Empty(read.Labels);
        Assert.Empty(read.Annotations);
    }

    [Fact]
    public void A_transition_stays_one()
    {
        var transition = new ConditionTransition(SampleEvents.Redis, "Ready", "False", SampleEvents.Noon, "NoDisk: full") { Context = "prod" };
        Assert.Equal(transition, SerializedEvent.TryRead(Json(transition))! with { Labels = transition.Labels, Annotations = transition.Annotations });
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"Event","metadata":{"name":"a"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"R"}""")]
    [InlineData("""{"InvolvedObject":"pod/p","LastSeen":null}""")]
    [InlineData("""{"InvolvedObject":null,"LastSeen":null}""")]
    [InlineData("""{"InvolvedObject":{},"LastSeen":null,"FirstTimestamp":"soon"}""")]
    [InlineData("""{"InvolvedObject":{},"LastSeen":null,"FirstTimestamp":{"UtcTicks":-1}}""")]
    [InlineData("""{"InvolvedObject":{},"LastSeen":null,"FirstTimestamp":{"UtcTicks":9223372036854775807}}""")]
    [InlineData("""{"InvolvedObject":{},"LastSeen":null,"CoreCount":"many"}""")]
    [InlineData("{")]
    public void Anything_else_is_none(string json) => Assert.Null(SerializedEvent.TryRead(System.Text.Encoding.UTF8.GetBytes(json)));

    private static ReadOnlyMemory<byte> Json(KubeEvent item) => JsonSerializer.SerializeToUtf8Bytes(item, item.GetType());

    private static ReadOnlyMemory<byte> Bytes(JsonNode given) => System.Text.Encoding.UTF8.GetBytes(given.ToJsonString());
}
