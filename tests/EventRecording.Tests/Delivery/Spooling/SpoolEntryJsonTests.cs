using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

public sealed class SpoolEntryJsonTests
{
    [Fact]
    public void An_entry_comes_back_as_it_was()
    {
        var entry = SpoolEntries.Sample with
        {
            Annotations = new Dictionary<string, string> { ["example.com/trace"] = "a\"b\u2028" },
            Labels = new Dictionary<string, string> { ["team"] = "cache" },
            ReportingInstance = "node-1",
            Suffix = "-00000000000000ff",
            Key = new SeriesKey(new EventReporter("RedisOperator", "node-1"), SampleEvents.Redis, "Warning", "Failed", "", null, SampleEvents.Redis with { Name = "other" }, SeriesKind.Combined),
        };

        var read = SpoolEntryJson.Read(SpoolEntryJson.ToBytes(entry));

        Assert.Equal(entry.Annotations, read.Annotations);
        Assert.Equal(entry.Labels, read.Labels);
        Assert.True(SeriesKeyComparer.Equal(entry.Key, read.Key, KeyScope.Whole));
        Assert.Equal(entry with { Annotations = null, Labels = null, Key = default }, read with { Annotations = null, Labels = null, Key = default });
    }

    [Fact]
    public void Any_text_leads_to_the_same_event()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var text = new string(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next(0x10000)).ToArray());
            var key = SpoolEntries.Key(Utf8Text.ReplaceLoneSurrogates(text), SampleEvents.Redis with { Name = text, FieldPath = text });
            var read = SpoolEntryJson.Read(SpoolEntryJson.ToBytes(SpoolEntries.Sample with { Key = key }));
            Assert.True(EventName.For(key, EventApiVersion.CoreV1) == EventName.For(read.Key, EventApiVersion.CoreV1), $"seed {seed}, run {i}");
        }
    }

    [Theory]
    [InlineData("count", "0", "its count")]
    [InlineData("count", "\"many\"", "no entry")]
    [InlineData("count", null, "no count")]
    [InlineData("writerId", "\"../../x\"", "writer id")]
    [InlineData("suffix", "\"/../../secrets/x\"", "suffix")]
    [InlineData("namespace", "\"kube-system\"", "namespace")]
    [InlineData("apiVersion", "\"v2\"", "apiVersion")]
    [InlineData("reason", "\"\"", "reason")]
    [InlineData("component", "\" \"", "source")]
    [InlineData("first", "\"2030-01-01T00:00:00Z\"", "first time")]
    [InlineData("last", "\"yesterday\"", "no entry")]
    [InlineData("regarding", "{\"kind\":\"Redis\",\"namespace\":\"wire\"}", "apiVersion")]
    [InlineData("regarding", "[]", "no entry")]
    [InlineData("annotations", "{\"a\":{\"b\":1}}", "no entry")]
    public void What_is_no_entry_is_refused_and_says_why(string property, string? value, string why)
    {
        var json = JsonNode.Parse(SpoolEntryJson.ToBytes(SpoolEntries.Sample))!.AsObject();
        json.Remove(property);
        if (value is not null)
            json[property] = JsonNode.Parse(value);

        var error = Assert.Throws<InvalidDataException>(() => SpoolEntryJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString())));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"count\":")]
    [InlineData("{\"a\":[[[[[[[[[[]]]]]]]]]]}")]
    public void Other_JSON_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => SpoolEntryJson.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void An_event_about_a_cluster_scoped_object_may_be_in_both_of_its_namespaces_and_nowhere_else()
    {
        var entry = SpoolEntries.Sample with { Key = SpoolEntries.Key(regarding: SampleEvents.Redis with { Namespace = null }) };

        Assert.Equal("default", SpoolEntryJson.Read(SpoolEntryJson.ToBytes(entry with { Namespace = "default" })).Namespace);
        Assert.Equal("kube-system", SpoolEntryJson.Read(SpoolEntryJson.ToBytes(entry with { Namespace = "kube-system" })).Namespace);
        Assert.Throws<InvalidDataException>(() => SpoolEntryJson.Read(SpoolEntryJson.ToBytes(entry with { Namespace = "wire" })));
    }
}
