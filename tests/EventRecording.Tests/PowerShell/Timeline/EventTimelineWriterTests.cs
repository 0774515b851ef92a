using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell.Timeline;

public class EventTimelineWriterTests
{
    [Fact]
    public void An_event_is_one_row_of_data()
    {
        var repeated = SampleEvents.ScaledUp with { CoreCount = 7, FirstTimestamp = SampleEvents.Noon.AddHours(-1), Context = "prod" };

        var row = Data(TimelinePages.Write([repeated])).Single();

        Assert.Equal(
            ["Normal", "ScaledUp", "Redis", "wire", "my-op-redis", "7", "1795172400000", "1795176000000", "RedisOperator", "my-op-redis replicas set to 3", "prod"],
            row.EnumerateArray().Select(it => it.ToString()));
    }

    [Fact]
    public void A_relation_is_the_last_of_a_row()
    {
        using var page = new MemoryStream();
        using (var writer = new EventTimelineWriter(page, "Events", SampleEvents.Noon))
        {
            writer.Write(SampleEvents.ScaledUp, "owner");
            writer.Write(SampleEvents.ScaledUp);
            writer.Complete();
        }

        Assert.Equal(["owner", ""], Data(Encoding.UTF8.GetString(page.ToArray())).Select(row => row.EnumerateArray().Last().GetString()));
    }

    [Fact]
    public void An_event_without_a_time_has_none_there()
    {
        var row = Data(TimelinePages.Write([SampleEvents.ScaledUp with { FirstTimestamp = null, LastTimestamp = null }])).Single();

        Assert.Equal([JsonValueKind.Null, JsonValueKind.Null], [row[6].ValueKind, row[7].ValueKind]);
    }

    [Fact]
    public void A_last_time_before_the_first_is_turned_round()
    {
        var row = Data(TimelinePages.Write([SampleEvents.ScaledUp with { LastTimestamp = SampleEvents.Noon.AddHours(-1) }])).Single();

        Assert.True(row[6].GetInt64() < row[7].GetInt64());
    }

    [Fact]
    public void Nothing_that_the_cluster_sent_leaves_its_place()
    {
        var page = TimelinePages.Write([Everywhere(TimelinePages.Hostile)], TimelinePages.Hostile);
        var empty = TimelinePages.Write([], "");

        // The same elements as in a page without any text of the cluster.
        Assert.Equal(Tags(empty), Tags(page));
        Assert.DoesNotContain(page, character => character is '\u2028' or '\u2029' or '\u202E' or '\u001b' or '\0' or '\u0085');
        Assert.Equal(7, Data(page).Single().EnumerateArray().Count(it => it.ToString().StartsWith("</script>", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_policy_lets_nothing_load_and_only_the_own_script_and_style_run()
    {
        var page = TimelinePages.Write([SampleEvents.ScaledUp]);
        var policy = Regex.Match(page, "Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;

        Assert.Equal(
            $"default-src 'none'; script-src '{Hash(Inside(page, "<script>", "</script>"))}'; style-src '{Hash(Inside(page, "<style>", "</style>"))}'; "
            + "base-uri 'none'; form-action 'none'",
            policy);
        Assert.DoesNotMatch("https?://|src=|href=|url\\(|@import|\\beval\\b|innerHTML", page);
    }

    [Fact]
    public void A_page_of_no_events_is_a_page() => Assert.Empty(Data(TimelinePages.Write([])));

    [Fact]
    public void Events_go_to_the_stream_as_they_come()
    {
        using var page = new MemoryStream();
        using var writer = new EventTimelineWriter(page, "Events", SampleEvents.Noon);
        var head = page.Length;

        for (var i = 0; i < 1000; i++)
            writer.Write(SampleEvents.Numbered(i));

        Assert.True(page.Length - head > 50_000);
    }

    private static KubeEvent Everywhere(string text) => SampleEvents.ScaledUp with
    {
        Name = text,
        Namespace = text,
        Type = text,
        Reason = text,
        Message = text,
        SourceComponent = text,
        InvolvedObject = new ObjectReference { ApiVersion = text, Kind = text, Namespace = text, Name = text, Uid = text, FieldPath = text },
    };

    private static JsonElement[] Data(string page) =>
        JsonDocument.Parse(Inside(page, "<script type=\"application/json\" id=\"events\">", "</script>")).RootElement.EnumerateArray().ToArray();

    private static IEnumerable<string> Tags(string page) => Regex.Matches(page, "<[/!]?[a-zA-Z-][^>]*>").Select(match => match.Value);

    private static string Inside(string page, string start, string end)
    {
        var from = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return page[from..page.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
