using System.Text;
using System.Text.Json;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Model.Json;

public class EventJsonReaderTests
{
    [Fact]
    public void An_event_of_core_v1_is_read_whole()
    {
        var kubeEvent = Read(Transcript.Body(Transcript.V1_20, "create", 9).GetRawText());

        Assert.Equal("v1", kubeEvent.ApiVersion);
        Assert.Equal("my-op-redis.8", kubeEvent.Name);
        Assert.Equal("wire", kubeEvent.Namespace);
        Assert.Equal("65d2cb37-8266-4543-b49a-9447ae29f721", kubeEvent.Uid);
        Assert.Equal("233235", kubeEvent.ResourceVersion);
        Assert.Equal(Time("2026-11-21T00:31:48Z"), kubeEvent.CreationTimestamp);
        Assert.Equal(
            new ObjectReference
            {
                ApiVersion = "cache.example.com/v1",
                Kind = "Redis",
                Namespace = "wire",
                Name = "my-op-redis",
                Uid = "3840cc87-8263-4be5-a302-92dc5c3d3030",
                ResourceVersion = "233225",
            },
            kubeEvent.InvolvedObject);
        Assert.Equal("Fleet", kubeEvent.Related?.Kind);
        Assert.Equal("europe", kubeEvent.Related?.Name);
        Assert.Equal(("Normal", "ScaledUp", "my-op-redis replicas set to 3", "Scaling"), (kubeEvent.Type, kubeEvent.Reason, kubeEvent.Message, kubeEvent.Action));
        Assert.Equal(("RedisOperator", "node-1"), (kubeEvent.SourceComponent, kubeEvent.SourceHost));
        Assert.Equal(("RedisOperator", "node-1"), (kubeEvent.ReportingController, kubeEvent.ReportingInstance));
        Assert.Equal(Time("2026-11-20T12:00:00Z"), kubeEvent.FirstTimestamp);
        Assert.Equal(Time("2026-11-20T12:00:00Z"), kubeEvent.LastTimestamp);
        Assert.Equal(Time("2026-11-20T12:00:00.123456Z"), kubeEvent.EventTime);
        Assert.Equal(1, kubeEvent.CoreCount);
        Assert.Null(kubeEvent.Series);
    }

    [Fact]
    public void Labels_and_annotations_are_read()
    {
        var kubeEvent = Read(Transcript.Body(Transcript.V1_20, "create", 2).GetRawText());
        Assert.Equal("redis", Assert.Single(kubeEvent.Labels, label => label.Key == "app").Value);
        Assert.Equal("scale", Assert.Single(kubeEvent.Annotations).Value);
    }

    [Fact]
    public void Both_groups_show_the_same_event()
    {
        var core = Read(Transcript.Body(Transcript.V1_20, "create", 0).GetRawText());
        var events = Read(
            Transcript.Steps(Transcript.V1_20, "events-v1")
                .Select(step => step.GetProperty("response").GetProperty("body"))
                .Single(body => body.GetProperty("kind").GetString() == "Event" && body.GetProperty("metadata").GetProperty("name").GetString() == "my-op-redis.1")
                .GetRawText());

        Assert.Equal("events.k8s.io/v1", events.ApiVersion);
        Assert.Equal(core, events with { ApiVersion = "v1", Labels = core.Labels, Annotations = core.Annotations });
    }

    [Fact]
    public void A_series_is_read()
    {
        var kubeEvent = Read("""{"series":{"count":5,"lastObservedTime":"2026-11-20T12:02:06.654321Z"}}""");
        Assert.Equal(new EventSeries(5, Time("2026-11-20T12:02:06.654321Z")), kubeEvent.Series);
    }

    [Fact]
    public void Every_event_of_the_transcripts_has_the_fields_that_the_server_sent()
    {
        var events = Transcript.Objects("Event").ToArray();
        Assert.True(events.Length > 50, $"only {events.Length} events");
        foreach (var json in events)
        {
            var kubeEvent = Read(json.GetRawText());
            Assert.Equal(json.GetProperty("apiVersion").GetString(), kubeEvent.ApiVersion);
            Assert.Equal(Text(json.GetProperty("metadata"), "name") ?? "", kubeEvent.Name);
            Assert.Equal(Text(json, "reason"), kubeEvent.Reason);
            Assert.Equal(Text(json, "message") ?? Text(json, "note"), kubeEvent.Message);
            Assert.Equal(Text(json, "type"), kubeEvent.Type);
            Assert.Equal(Text(json, "reportingComponent") ?? Text(json, "reportingController"), kubeEvent.ReportingController ?? "");
            var about = json.TryGetProperty("involvedObject", out var involved) ? involved : json.GetProperty("regarding");
            Assert.Equal(Text(about, "name"), kubeEvent.InvolvedObject.Name);
            Assert.Equal(Text(about, "uid"), kubeEvent.InvolvedObject.Uid);
        }
    }

    [Theory]
    [InlineData("2026-11-20T12:00:00Z", "2026-11-20T12:00:00.0000000Z")]
    [InlineData("2026-11-20T12:00:00.1Z", "2026-11-20T12:00:00.1000000Z")]
    [InlineData("2026-11-20T12:00:00.123456Z", "2026-11-20T12:00:00.1234560Z")]
    [InlineData("2026-11-20T12:00:00.123456789Z", "2026-11-20T12:00:00.1234567Z")]
    [InlineData("2026-11-20T12:00:00+05:30", "2026-11-20T06:30:00.0000000Z")]
    [InlineData("2026-11-20T12:00:00.5-08:00", "2026-11-20T20:00:00.5000000Z")]
    public void A_time_is_read_with_any_fraction_in_any_zone(string text, string expected)
    {
        var time = Read($$"""{"firstTimestamp":"{{text}}"}""").FirstTimestamp;
        Assert.Equal(TimeSpan.Zero, time?.Offset);
        Assert.Equal(expected, time?.UtcDateTime.ToString("O"));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"yesterday\"")]
    [InlineData("\"2026-11-20T12:00:00\"")]
    [InlineData("\"2026-13-40T12:00:00Z\"")]
    [InlineData("\"0001-01-01T00:00:00+05:00\"")]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("{\"seconds\":1}")]
    public void What_is_no_time_is_no_time(string json) => Assert.Null(Read($$"""{"eventTime":{{json}},"reason":"R"}""").EventTime);

    [Theory]
    [InlineData("3", 3)]
    [InlineData("3.0", 3)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("99999999999", int.MaxValue)]
    [InlineData("1e400", int.MaxValue)]
    [InlineData("\"3\"", null)]
    [InlineData("[1,2]", null)]
    [InlineData("null", null)]
    public void A_count_is_a_number_of_32_bits(string json, int? expected) => Assert.Equal(expected, Read($$"""{"count":{{json}}}""").CoreCount);

    [Theory]
    [InlineData("""{"reason":5,"message":"m"}""")]
    [InlineData("""{"reason":{"a":[1,{"b":null}]},"message":"m"}""")]
    [InlineData("""{"metadata":"none","involvedObject":[],"source":3,"series":"x","related":true,"message":"m"}""")]
    [InlineData("""{"metadata":{"labels":[],"annotations":{"a":1,"b":null},"name":{}},"message":"m"}""")]
    [InlineData("""{"metadata":null,"involvedObject":null,"source":null,"series":null,"message":"m"}""")]
    [InlineData("""{"something":{"new":[[],{}]},"message":"m"}""")]
    public void What_has_an_unexpected_type_is_passed_over(string json)
    {
        var kubeEvent = Read(json);
        Assert.Equal("m", kubeEvent.Message);
        Assert.Null(kubeEvent.Reason);
        Assert.Equal("", kubeEvent.Name);
        Assert.Empty(kubeEvent.Annotations);
    }

    [Theory]
    [InlineData("""{"message":"a\ud800b"}""", "a\uFFFDb")]
    [InlineData("""{"message":"\udc00\ud83d\ude00\n\t\"\\\/"}""", "\uFFFD\U0001F600\n\t\"\\/")]
    public void Lone_surrogates_become_the_replacement_character(string json, string expected) => Assert.Equal(expected, Read(json).Message);

    [Fact]
    public void Invalid_bytes_become_the_replacement_character()
    {
        byte[] json = [.. "{\"message\":\"a"u8, 0xff, .. "b\"}"u8];
        Assert.Equal("a\uFFFDb", EventJsonReader.Read(json, "v1", new StringPool()).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"reason\":\"R\"")]
    [InlineData("<html>")]
    public void What_is_no_object_is_an_error(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Fact]
    public void Repeated_texts_are_one_string()
    {
        var pool = new StringPool();
        var json = Transcript.Body(Transcript.V1_20, "create", 0).GetRawText();
        var (one, two) = (Read(json, pool), Read(json, pool));
        Assert.Same(one.Reason, two.Reason);
        Assert.Same(one.InvolvedObject.Kind, two.InvolvedObject.Kind);
        Assert.Same(one.Namespace, two.Namespace);
    }

    [Fact]
    public void The_pool_gives_each_text_as_it_is()
    {
        var pool = new StringPool();
        for (var i = 0; i < 20_000; i++)
            Assert.Equal($"Reason{i % 9_000}", Read($$"""{"reason":"Reason{{i % 9_000}}"}""", pool).Reason);
    }

    private static KubeEvent Read(string json, StringPool? pool = null) => EventJsonReader.Read(Encoding.UTF8.GetBytes(json), "v1", pool ?? new StringPool());

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, null);
}
