using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Tests.Model.Json;

namespace EventRecording.Tests.Store;

public class EventPatchJsonTests
{
    private static readonly EventPatch Core = new() { ApiVersion = EventApiVersion.CoreV1, Namespace = "wire", Name = "ad.1" };

    [Fact]
    public void A_patch_without_changes_is_empty_and_reads_the_event() =>
        Assert.Equal("{}", Write(Core with { Annotations = new Dictionary<string, string?>() }));

    [Fact]
    public void A_patch_of_core_v1_has_what_changes_and_the_precondition()
    {
        var noon = EventJsonWriterTests.Noon;
        AssertJson(
            """
            {"metadata":{"resourceVersion":"233326","labels":{"l":"1"},"annotations":{"example.com/mark":"1","old":null}},
             "count":2,"firstTimestamp":"2026-11-20T12:00:00Z","lastTimestamp":"2026-11-20T12:05:00Z","message":"m","reportingInstance":"i"}
            """,
            Core with
            {
                ResourceVersion = "233326",
                Labels = new Dictionary<string, string> { ["l"] = "1" },
                Annotations = new Dictionary<string, string?> { ["example.com/mark"] = "1", ["old"] = null },
                Count = 2,
                FirstTimestamp = noon.AddMilliseconds(700),
                LastTimestamp = noon.AddMinutes(5),
                Message = "m",
                ReportingInstance = "i",
            });
    }

    [Fact]
    public void A_patch_of_events_k8s_io_has_the_series() => AssertJson(
        """{"series":{"count":2,"lastObservedTime":"2026-11-20T12:00:00.000000Z"}}""",
        Core with { ApiVersion = EventApiVersion.EventsV1, Series = new EventSeries(2, EventJsonWriterTests.Noon) });

    [Fact]
    public void A_patch_of_events_k8s_io_cannot_change_what_only_core_v1_has()
    {
        var error = Assert.Throws<ArgumentException>(() => Write(Core with { ApiVersion = EventApiVersion.EventsV1, Count = 2 }));
        Assert.Contains("events.k8s.io/v1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lone_surrogates_become_the_replacement_character() =>
        AssertJson("{\"message\":\"a\uFFFD\"}", Core with { Message = "a\ud800" });

    private static void AssertJson(string expected, EventPatch patch) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(Write(patch))), Write(patch));

    private static string Write(EventPatch patch) => Encoding.UTF8.GetString(EventPatchJson.ToBytes(patch));
}
