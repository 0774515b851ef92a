using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Store;

public class EventPageReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task A_page_is_read_however_it_is_cut(int chunk)
    {
        var page = await ReadAsync(Transcript.Body(Transcript.V1_20, "list", 0).GetRawText(), chunk);
        Assert.Equal(["l.0", "l.1", "l.2"], page.Items.Select(item => item.Name));
        Assert.All(page.Items, item => Assert.Equal("v1", item.ApiVersion));
        Assert.Equal("233258", page.ResourceVersion);
        Assert.Equal("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjMzMjU4LCJzdGFydCI6ImwuMlx1MDAwMCJ9", page.Continue);
        Assert.Null(page.RemainingItemCount);
    }

    [Fact]
    public async Task Every_list_of_the_transcripts_is_read()
    {
        var lists = Transcript.Objects("EventList").ToArray();
        Assert.True(lists.Length > 20, $"only {lists.Length} lists");
        foreach (var list in lists)
        {
            var page = await ReadAsync(list.GetRawText(), 1000);
            Assert.Equal(list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("metadata").GetProperty("name").GetString()), page.Items.Select(item => item.Name));
            Assert.Equal(list.GetProperty("metadata").GetProperty("resourceVersion").GetString(), page.ResourceVersion);
        }
    }

    [Fact]
    public async Task The_rest_is_counted_where_the_server_says_so()
    {
        var page = await ReadAsync(Transcript.Body(Transcript.V1_20, "list", 22).GetRawText(), 100);
        Assert.Equal(197020, page.RemainingItemCount);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-9223372036854775808")]
    [InlineData("9223372036854775808")]
    [InlineData("1.5")]
    [InlineData("\"7\"")]
    public async Task What_is_no_count_of_the_rest_says_nothing(string count)
    {
        var page = await ReadAsync($$"""{"kind":"EventList","metadata":{"remainingItemCount":{{count}},"continue":"c"},"items":[{}]}""", 7);
        Assert.Equal((1, "c", null), (page.Items.Count, page.Continue, page.RemainingItemCount));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(4096)]
    public async Task No_text_of_an_event_is_taken_for_its_end(int chunk)
    {
        string[] ends = ["\"", "\\", "}]", "{[", "\\\"}", "é}"];
        var texts = Enumerable.Range(0, 70).SelectMany(length => ends.Select(end => new string('m', length) + end + new string('n', length % 19))).ToArray();
        var items = texts.Select(text => new { metadata = new { annotations = new Dictionary<string, string> { [text] = text } }, message = text, others = new[] { new { text } } });

        var page = await ReadAsync(JsonSerializer.Serialize(new { kind = "EventList", items, metadata = new { resourceVersion = "5" } }, Plainly), chunk);

        Assert.Equal(texts, page.Items.Select(item => item.Message));
        Assert.Equal(texts, page.Items.Select(item => item.Annotations.Single().Value));
        Assert.Equal("5", page.ResourceVersion);
    }

    [Fact]
    public async Task A_name_is_the_same_however_it_is_written()
    {
        var page = await ReadAsync("""{"kind":"EventList","items":[{},{"\u006dessage":"a","rea\u0073on":"b","metadata":{"n\u0061me":"c"},"involvedObject":{"kin\u0064":"d"}}]}""", 7);
        Assert.Equal(("a", "b", "c", "d"), (page.Items[1].Message, page.Items[1].Reason, page.Items[1].Name, page.Items[1].InvolvedObject.Kind));
    }

    [Theory]
    [InlineData("""{"kind":"EventList","items":[],"metadata":{"resourceVersion":"5","continue":""}}""")]
    [InlineData("""{"kind":"EventList","items":null,"metadata":{"resourceVersion":"5"}}""")]
    [InlineData("""{"kind":"EventList","metadata":{"resourceVersion":"5"},"extra":[1,{"kind":"PodList","items":[3]}]}""")]
    public async Task A_list_may_be_empty(string json)
    {
        var page = await ReadAsync(json, 3);
        Assert.Empty(page.Items);
        Assert.Equal("5", page.ResourceVersion);
        Assert.Null(page.Continue);
    }

    [Fact]
    public async Task A_list_that_breaks_off_is_an_error_wherever_it_does()
    {
        var json = """{"kind":"EventList","metadata":{"resourceVersion":"5"},"items":[{"reason":"a"},{"reason":"b"}],"x":1}""";
        for (var length = 0; length < json.Length; length++)
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(json[..length], 5));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[1]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{},]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{},1]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{} {}]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{},{\"count\":1]}]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{},{\"message\":\"\\u12\"}]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{},{\"x\":tru}]}")]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{},{}}]}")]
    public async Task What_is_no_list_is_an_error(string json) => await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(json, 5));

    [Theory]
    [InlineData("""{}""", "An EventList was expected; what came says no kind.")]
    [InlineData("""{"status":"ok"}""", "An EventList was expected; what came says no kind.")]
    [InlineData("""{"items":[{"kind":"EventList"}]}""", "An EventList was expected; what came says no kind.")]
    [InlineData("""{"kind":7,"items":[]}""", "An EventList was expected; what came says no kind.")]
    [InlineData("""{"kind":"Status","apiVersion":"v1"}""", "An EventList was expected; what came is of the kind 'Status'.")]
    [InlineData("""{"items":[{}],"kind":"PodList"}""", "An EventList was expected; what came is of the kind 'PodList'.")]
    [InlineData("""{"kind":"a\u001b[31mb"}""", "An EventList was expected; what came is of the kind 'a^[[31mb'.")]
    public async Task What_is_no_list_of_events_is_an_error_that_says_what_it_is(string json, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<JsonException>(() => ReadAsync(json, 5))).Message);

    [Fact]
    public async Task A_list_of_something_else_is_not_read_to_its_end() =>
        await Assert.ThrowsAsync<JsonException>(() => ReadAsync("""{"kind":"PodList","items":[{},""", 5));

    [Fact]
    public async Task One_item_that_is_too_large_is_an_error_before_it_is_all_in_memory()
    {
        var json = $$"""{"kind":"EventList","items":[{"message":"{{new string('m', 100_000)}}"}]}""";
        using var input = new JsonStreamBuffer(new ChunkedStream(Encoding.UTF8.GetBytes(json), 1000), maxValueBytes: 50_000);
        await Assert.ThrowsAsync<InvalidDataException>(() => new EventPageReader(input, new EventListRequest(), new StringPool()).ReadAsync(default).AsTask());
    }

    [Fact]
    public async Task A_list_that_is_too_large_is_an_error()
    {
        var json = $$"""{"kind":"EventList","items":[{{string.Join(',', Enumerable.Repeat("{\"reason\":\"r\"}", 1000))}}]}""";
        using var input = new JsonStreamBuffer(new ChunkedStream(Encoding.UTF8.GetBytes(json), 1000), maxBytes: 10_000);
        await Assert.ThrowsAsync<InvalidDataException>(() => new EventPageReader(input, new EventListRequest(), new StringPool()).ReadAsync(default).AsTask());
    }

    private static readonly JsonSerializerOptions Plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<EventPage> ReadAsync(string json, int chunk)
    {
        using var input = new JsonStreamBuffer(new ChunkedStream(Encoding.UTF8.GetBytes(json), chunk));
        return await new EventPageReader(input, new EventListRequest(), new StringPool()).ReadAsync(default);
    }
}
