using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Archive;

public sealed class EventArchiveReaderTests : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly TempFolder _folder = new();
    private readonly List<ArchiveProblem> _problems = [];
    private readonly RandomEvents _random = new(7);

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Shapes => new("lines", "crlf", "one", "list", "compact list", "array", "list in a list", "one after the other", "compact list with a line", "yaml list", "yaml documents");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Whatever_people_keep_events_in_is_read(string shape)
    {
        var items = Enumerable.Range(0, shape == "one" ? 1 : 300).Select(it => _random.Next(it % 3 > 0)).ToList();
        var text = Write(shape, items);
        foreach (var (name, bytes) in new Dictionary<string, byte[]>
        {
            ["plain"] = Encoding.UTF8.GetBytes(text),
            ["bom"] = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            ["utf16"] = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
            ["gz"] = Gzip.Of(text),
        })
        {
            var read = Read(name, bytes);

            Assert.Empty(_problems);
            Assert.Equal(items.Select(it => (string?)it["metadata"]!["name"]), read.Select(it => it.Name));
            Assert.Equal(items.Select(it => (string?)it["message"] ?? (string?)it["note"]), read.Select(it => it.Message));
        }
    }

    [Fact]
    public void A_list_is_read_item_by_item_whatever_its_size()
    {
        var items = Enumerable.Range(0, 4000).Select(_ => _random.Next()).ToList();

        Assert.Equal(4000, Read("raw.json", Encoding.UTF8.GetBytes(Write("compact list", items))).Count);
        Assert.Empty(_problems);
    }

    [Fact]
    public void Damaged_lines_are_told_with_their_place_and_the_rest_is_read()
    {
        string[] lines =
        [
            Line(), "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metad", Line(), "", "null", "[]", "garbage", "\0\0\0", Line() + "x",
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{}}", Line(),
        ];

        var read = Read("damaged.ndjson", Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        Assert.Equal(3, read.Count);
        Assert.Equal([2, 5, 6, 7, 8, 9, 10], _problems.Select(it => it.Line));
        Assert.All(_problems, it => Assert.StartsWith($"{_folder.File("damaged.ndjson")}:{it.Line}: ", it.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_damaged_first_line_does_not_hide_the_others()
    {
        foreach (var first in new[] { "{\"apiVersion\":\"v1\",\"ki", "{broken}", "word", "{\"a\":1}}" })
        {
            _problems.Clear();
            Assert.Equal(2, Read("damaged.ndjson", Encoding.UTF8.GetBytes($"{first}\n{Line()}\n{Line()}\n")).Count);
            Assert.Equal(1, Assert.Single(_problems).Line);
        }
    }

    [Fact]
    public void A_line_of_16_MiB_is_read_and_a_longer_one_is_told()
    {
        var large = _random.Next();
        large["message"] = new string('x', 15 * 1024 * 1024);
        var tooLarge = _random.Next();
        tooLarge["message"] = new string('x', 40 * 1024 * 1024);

        var read = Read("large.ndjson", Encoding.UTF8.GetBytes($"{large.ToJsonString()}\n{tooLarge.ToJsonString()}\n{Line()}\n"));

        Assert.Equal(2, read.Count);
        Assert.Equal(2, Assert.Single(_problems).Line);
    }

    [Fact]
    public void A_document_that_breaks_off_is_told_behind_what_can_be_read()
    {
        var items = Enumerable.Range(0, 50).Select(_ => _random.Next()).ToList();
        var text = Write("list", items);

        var read = Read("cut.json", Encoding.UTF8.GetBytes(text[..^(text.Length / 3)]));

        Assert.InRange(read.Count, 30, 36);
        Assert.InRange(Assert.Single(_problems).Line, 30, int.MaxValue);
    }

    [Fact]
    public void Compressed_text_that_breaks_off_anywhere_is_told_behind_what_can_be_read()
    {
        var whole = Gzip.Of(string.Concat(Enumerable.Range(0, 200).Select(_ => Line() + "\n")));
        foreach (var missing in Enumerable.Range(1, 40).Concat(Enumerable.Range(1, 40).Select(it => whole.Length * it / 41)).Append(whole.Length - 12))
        {
            _problems.Clear();
            var read = Read("cut.ndjson.gz", whole[..^missing]);

            Assert.InRange(read.Count, missing < 10 ? 199 : 0, 200);
            Assert.Equal("The compressed file broke off, or is still written.", _problems[^1].Message);
        }
    }

    [Fact]
    public void Yaml_that_expands_to_anything_is_refused_in_no_time()
    {
        var bomb = new StringBuilder("apiVersion: v1\nitems:\n- kind: Event\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
            bomb.Append(CultureInfo.InvariantCulture, $"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]\n");

        Assert.Empty(Read("bomb.yaml", Encoding.UTF8.GetBytes(bomb.ToString())));

        Assert.Contains("too large", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yaml list")]
    [InlineData("yaml documents")]
    public void What_stands_behind_an_object_that_cannot_be_read_is_read(string shape)
    {
        var (large, deep, bomb) = (_random.Next(), _random.Next(), _random.Next());
        large["spec"] = new JsonArray([.. Enumerable.Range(0, 20_000).Select(i => (JsonNode)i)]);
        deep["spec"] = Nested(600);
        bomb["spec"] = new JsonObject { ["a"] = "ANCHOR", ["b"] = "ALIAS" };
        var text = Write(shape, [_random.Next(), large, deep, bomb, _random.Next()])
            .Replace("\"ANCHOR\"", "&a [" + string.Join(',', Enumerable.Repeat('x', 8000)) + "]", StringComparison.Ordinal).Replace("\"ALIAS\"", "*a", StringComparison.Ordinal);

        Assert.Equal(3, Read("some.yaml", Encoding.UTF8.GetBytes(text)).Count);

        Assert.Collection(
            _problems,
            it => Assert.Contains("nested deeper than 512 levels", it.ToString(), StringComparison.Ordinal),
            it => Assert.Contains("too large", it.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(_problems, it => it.ToString().Contains("kubeconfig", StringComparison.Ordinal));
    }

    [Fact]
    public void Yaml_is_read_as_deep_as_json()
    {
        var item = _random.Next();
        item["spec"] = Nested(500);

        Assert.Equal(2, Read("deep.yaml", Encoding.UTF8.GetBytes(Write("yaml list", [item, _random.Next()]))).Count);

        Assert.Empty(_problems);
    }

    private static JsonNode Nested(int depth)
    {
        JsonNode node = JsonValue.Create("x");
        for (var i = 0; i < depth; i++)
            node = new JsonArray(node);
        return node;
    }

    [Fact]
    public void Empty_documents_of_yaml_are_passed_over_and_a_text_is_no_json()
    {
        var item = Write("yaml documents", [_random.Next()]);

        Assert.Equal(2, Read("empty.yaml", Encoding.UTF8.GetBytes("---\n---\n# nothing\n" + item + "---\n" + item + "---\n")).Count);
        Assert.Empty(_problems);

        Assert.Single(Read("text.yaml", Encoding.UTF8.GetBytes("---\nnothing found\n" + item)));
        Assert.Equal((2, "It is no object."), (Assert.Single(_problems).Line, _problems[0].Message));
    }

    [Fact]
    public void Broken_yaml_is_told_with_its_place()
    {
        Assert.Single(Read("broken.yaml", Encoding.UTF8.GetBytes(Write("yaml list", [_random.Next()]) + "- apiVersion: v1\n  kind: [\n")));

        Assert.Contains("broken.yaml:", Assert.Single(_problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u007fELF\u0001\u0002")]
    [InlineData("just a word")]
    public void A_file_of_something_else_is_told_once(string text)
    {
        Assert.Empty(Read("other.bin", Encoding.UTF8.GetBytes(text)));

        Assert.Single(_problems);
    }

    [UnixFact("Windows lets only administrators make links.")]
    public void Links_in_a_folder_are_not_followed()
    {
        var file = _folder.Write("dump/events.ndjson", "");
        File.CreateSymbolicLink(_folder.File("dump/latest.ndjson"), file);
        Directory.CreateSymbolicLink(_folder.File("dump/again"), _folder.File("dump"));

        Assert.Equal([file], ArchiveFiles.In(_folder.File("dump")));
    }

    // The layout that openshift/must-gather documents.
    [Fact]
    public void A_must_gather_is_read_as_it_is()
    {
        const string Root = "must-gather.local.1/quay-io-image/";
        var items = Enumerable.Range(0, 20).Select(_ => _random.Next()).ToList();
        _folder.Write(Root + "namespaces/prod-a/core/events.yaml", "---\n" + Write("yaml list", items[..10]));
        _folder.Write(Root + "namespaces/prod-b/core/events.yaml", "---\n" + Write("yaml list", items[10..]));
        // The other group shows the same events, and a file may have been packed.
        var other = items[..10].Select(it => ToEventsV1(it)).ToList();
        _folder.Write(Root + "namespaces/prod-a/events.k8s.io/events.yaml", "---\n" + Write("yaml list", other));
        File.WriteAllBytes(_folder.File(Root + "namespaces/prod-b/core/events.yaml.gz"), Gzip.Of("---\n" + Write("yaml list", items[10..])));
        _folder.Write(Root + "namespaces/prod-a/core/pods.yaml", "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: web-0\nkind: PodList\n");
        _folder.Write(Root + "namespaces/prod-a/core/configmaps.yaml", "---\napiVersion: v1\nitems: []\nkind: ConfigMapList\n");
        _folder.Write(Root + "namespaces/prod-a/pods/web-0/web/web/logs/current.log", "2026-11-20 error\n");
        _folder.Write(Root + "cluster-scoped-resources/core/nodes/node-1.yaml", "---\napiVersion: v1\nkind: Node\nmetadata:\n  name: node-1\n");
        _folder.Write(Root + "event-filter.html", "<html></html>");
        _folder.Write(Root + "version", "openshift/must-gather\n");
        for (var log = 0; log < 1000; log++)
            _folder.Write($"{Root}host_service_logs/{log}.json", "{\"level\":\"info\"}\n{\"level\":\"info\"}\n");

        var read = Latest(_folder.Path).ToList();

        Assert.Empty(_problems);
        Assert.Equal(items.Select(it => (string?)it["metadata"]!["name"]).Order(), read.Select(it => it.Name).Order());
        Assert.Equal(40, Reader.Read([_folder.Path]).Count());
    }

    [Fact]
    public void Of_several_copies_the_latest_counts_unless_all_steps_are_asked_for()
    {
        var first = Step("a", 5, "first");
        var latest = Step("a", 12, "latest");
        _folder.Write("1.ndjson", $"{latest}\n{Step("b", 7, "only")}\n");
        _folder.Write("2.ndjson", $"{first}\n{latest}\n{Step("a", 12, "namesake").Replace("\"n-a\"", "\"another\"", StringComparison.Ordinal)}\n");
        string[] paths = [_folder.Path];

        var contents = Reader.Scan(paths);

        Assert.Equal(["latest", "only", "namesake"], Reader.Read(paths, contents: contents).Select(it => it.Message));
        Assert.Equal(["latest", "only", "first", "latest", "namesake"], Reader.Read(paths).Select(it => it.Message));
    }

    [Theory]
    [InlineData("a damaged copy", "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"n-a\",\"uid\":\"a\",\"resourceVersion\":\"99\"},\"message\":\"broken")]
    [InlineData("an object of another kind", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"n-a\",\"uid\":\"a\",\"resourceVersion\":\"99\"}}")]
    [InlineData("a group of others", "{\"apiVersion\":\"acme.io/v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"n-a\",\"uid\":\"a\",\"resourceVersion\":\"99\"}}")]
    public void What_is_no_copy_hides_none(string what, string line)
    {
        var file = _folder.Write("1.ndjson", $"{Step("a", 5, "whole")}\n{line}\n{Step("b", 6, "next")}\n");
        Assert.Equal(["whole", "next"], Latest(file).Select(it => it.Message));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void The_latest_are_those_of_a_table_of_all_copies_whatever_they_look_like()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            // Uids as servers give them and others, versions that repeat and that are missing, names that are escaped, lists among the lines.
            var copies = Enumerable.Range(0, random.Next(1, 30)).Select(i => SampleEvents.Numbered(random.Next(6)) with
            {
                Uid = random.Next(3) == 0 ? "u" : new Guid(random.Next(3), 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]).ToString(),
                Namespace = random.Next(4) == 0 ? "naïve\"ns" : "wire",
                ResourceVersion = random.Next(5) switch { 0 => null, 1 => "x", _ => random.Next(1, 9).ToString(CultureInfo.InvariantCulture) },
                Message = $"{i}",
            }).ToList();
            var lines = copies.Select(it => Encoding.UTF8.GetString(Written(it))).ToList();
            if (lines.Count > 2)
                lines = [lines[0], $"{{\"kind\":\"List\",\"items\":[{lines[1].Trim()},{lines[2].Trim()}]}}\n", .. lines[3..]];
            var file = _folder.Write("all.ndjson", string.Concat(lines));

            var expected = copies.GroupBy(it => (it.Uid, it.Namespace, it.Name)).Select(group => group.Max(Version)).Order();
            Assert.Equal(expected, Latest(file).Select(Version).Order());
            // Of copies that cannot be told apart by their versions, exactly one.
            Assert.Equal(copies.GroupBy(it => (it.Uid, it.Namespace, it.Name)).Count(), Latest(file).Count());
        }

        static ulong Version(KubeEvent item) => ulong.TryParse(item.ResourceVersion, out var version) ? version : 0;
    }

    [Theory]
    [InlineData(".ndjson", false)]
    [InlineData(".ndjson.gz", true)]
    public void What_is_written_between_the_passes_is_for_the_next_time(string ending, bool findsEnd)
    {
        _folder.Write("logs/a.ndjson", "");
        using var writer = new EventArchiveWriter(_folder.File("logs/b" + ending));
        foreach (var (name, version) in new[] { ("one", "1"), ("two", "2"), ("one", "3") })
            writer.Append(Copy(name, version));
        var paths = new[] { _folder.File("logs") };
        var contents = findsEnd ? Reader.Scan(paths, findsEnd: true) : Reader.Scan(paths);

        writer.Append(Copy("one", "4"));
        writer.Append(Copy("two", "5"));
        using var other = new EventArchiveWriter(_folder.File("logs/a" + ".ndjson"));
        other.Append(Copy("two", "6"));
        using var later = new EventArchiveWriter(_folder.File("logs/c" + ending));
        later.Append(Copy("one", "7"));

        Assert.Equal([("two", "2"), ("one", "3")], Reader.Read(paths, contents: contents).Select(it => (it.Name, it.ResourceVersion!)));
        Assert.Equal([("two", "6"), ("one", "7")], Reader.Read(paths, contents: Reader.Scan(paths)).Select(it => (it.Name, it.ResourceVersion!)));

        static KubeEvent Copy(string name, string version) => SampleEvents.ScaledUp with { Name = name, Uid = name, ResourceVersion = version };
    }

    [Fact]
    public void Of_copies_without_a_version_the_last_one_counts()
    {
        string Plain(string uid, string message) => Step(uid, 1, message).Replace("\"resourceVersion\":\"1\"", "\"resourceVersion\":\"\"", StringComparison.Ordinal);
        var file = _folder.Write("1.ndjson", $"{Plain("a", "first")}\n{Plain("b", "only")}\n{Plain("a", "last")}\n");
        Assert.Equal(["only", "last"], Latest(file).Select(it => it.Message));
    }

    [Fact]
    public void The_end_of_a_dump_is_its_latest_event()
    {
        _folder.Write("1.ndjson", $"{Step("a", 1, "").Replace("}}", "},\"lastTimestamp\":\"2026-11-20T10:00:00Z\"}", StringComparison.Ordinal)}\n"
            + $"{Step("b", 2, "").Replace("}}", "},\"lastTimestamp\":\"2026-11-20T09:00:00Z\"}", StringComparison.Ordinal)}\n");

        var contents = new EventArchiveContents();
        foreach (var item in Reader.Read([_folder.Path]))
            contents.Add(item);

        Assert.Equal(new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero), contents.End);
        Assert.Empty(_problems);
    }

    [Fact]
    public void Every_filter_picks_what_a_filter_by_hand_picks()
    {
        var items = Enumerable.Range(0, 500).Select(_ => _random.Next()).ToList();
        _folder.Write("all.ndjson", string.Concat(items.Select(it => it.ToJsonString() + "\n")));
        var noon = SampleEvents.Noon.AddHours(12);

        Check(new EventQuery { Namespaces = ["prod-*"] }, it => Text(it, "metadata", "namespace")!.StartsWith("prod-", StringComparison.Ordinal));
        Check(new EventQuery { Namespaces = ["prod-a", "default"] }, it => Text(it, "metadata", "namespace") is "prod-a" or "default");
        Check(new EventQuery { Types = ["warning"] }, it => Text(it, "type") == "Warning");
        Check(new EventQuery { Reasons = ["Failed*"] }, it => Text(it, "reason") is "Failed" or "FailedMount");
        Check(new EventQuery { Reasons = ["Failed"] }, it => Text(it, "reason") == "Failed");
        Check(new EventQuery { Sources = ["kubelet"] }, it => (Text(it, "source", "component") ?? Text(it, "reportingComponent")) == "kubelet");
        Check(new EventQuery { Objects = [new ObjectReference { Kind = "Pod", Name = "web-0" }] }, it => Text(it, "involvedObject", "kind") == "Pod" && Text(it, "involvedObject", "name") == "web-0");
        Check(new EventQuery { Since = noon }, it => (Time(it, "series", "lastObservedTime") ?? Time(it, "lastTimestamp") ?? Time(it, "eventTime") ?? Time(it, "firstTimestamp") ?? Time(it, "metadata", "creationTimestamp")) >= noon);
        Check(new EventQuery { Until = noon }, it => (Time(it, "eventTime") ?? Time(it, "firstTimestamp") ?? Time(it, "series", "lastObservedTime") ?? Time(it, "lastTimestamp") ?? Time(it, "metadata", "creationTimestamp")) <= noon);
        Assert.Equal(7, Reader.Read([_folder.Path], new EventQuery { First = 7 }).Count());

        void Check(EventQuery query, Func<JsonObject, bool> byHand)
        {
            var expected = items.Where(byHand).Select(it => Text(it, "metadata", "name")).ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, Reader.Read([_folder.Path], query).Select(it => it.Name));
        }
    }

    [Fact]
    public void A_path_that_is_nothing_is_an_error()
    {
        Assert.Throws<EventArchiveException>(() => ArchiveFiles.In(_folder.File("none")));
        Assert.Throws<ArgumentException>(() => Reader.Read([_folder.Path], new EventQuery { FieldSelector = "type=Normal" }));
    }

    [Fact]
    public void A_list_in_a_list_has_an_end()
    {
        var nested = Line();
        for (var depth = 0; depth < 100; depth++)
            nested = $"{{\"kind\":\"List\",\"items\":[{nested}]}}";

        Assert.Empty(Read("nested.ndjson", Encoding.UTF8.GetBytes(nested)));
    }

    private EventArchiveReader Reader => new(YamlItems.Read) { Problem = _problems.Add };

    [UnixFact("There are no such pipes on Windows.")]
    public void A_pipe_is_not_waited_for()
    {
        _folder.Write("dump/events.ndjson", Line());
        Process.Start("mkfifo", [_folder.File("dump/pipe.json")]).WaitForExit();

        Assert.Single(Reader.Read([_folder.File("dump")]));
        Assert.Empty(_problems);
        Assert.Empty(Reader.Read([_folder.File("dump/pipe.json")]));
        File.CreateSymbolicLink(_folder.File("link.json"), _folder.File("dump/pipe.json"));
        Assert.Empty(Reader.Read([_folder.File("link.json")]));
        Assert.Equal(2, _problems.Count);
        Assert.All(_problems, problem => Assert.StartsWith("It is a pipe or a device", problem.Message, StringComparison.Ordinal));
    }

    private string Line() => _random.Next().ToJsonString();

    private static string Step(string uid, int version, string message) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"kind\":\"Event\",\"apiVersion\":\"v1\",\"message\":\"{message}\",\"metadata\":{{\"name\":\"n-{uid}\",\"uid\":\"{uid}\",\"resourceVersion\":\"{version}\"}}}}");

    private static string? Text(JsonObject item, params string[] path) =>
        (string?)path.Aggregate((JsonNode?)item, (node, name) => node?[name]) is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? Time(JsonObject item, params string[] path) =>
        Text(item, path) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

    private List<KubeEvent> Read(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.File(name), bytes);
        return [.. Reader.Read([_folder.File(name)])];
    }

    // As the server shows the event in the other group.
    private static JsonObject ToEventsV1(JsonObject item)
    {
        var other = (JsonObject)item.DeepClone();
        other["apiVersion"] = "events.k8s.io/v1";
        if (other.Remove("involvedObject", out var regarding))
            other["regarding"] = regarding;
        if (other.Remove("message", out var note))
            other["note"] = note;
        return other;
    }

    private IEnumerable<KubeEvent> Latest(string file) => Reader.Read([file], contents: Reader.Scan([file]));

    private static byte[] Written(KubeEvent item)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        EventLine.Write(buffer, item);
        return buffer.WrittenSpan.ToArray();
    }

    private static JsonObject List(IEnumerable<JsonNode> items) =>
        new() { ["apiVersion"] = "v1", ["items"] = new JsonArray([.. items.Select(it => it.DeepClone())]), ["kind"] = "List", ["metadata"] = new JsonObject() };

    private static string Write(string shape, List<JsonObject> items) => shape switch
    {
        "lines" => string.Join('\n', items.Select(it => it.ToJsonString())),
        "crlf" => string.Concat(items.Select(it => it.ToJsonString() + "\r\n")),
        "one" => items[0].ToJsonString(Indented),
        "list" => List(items).ToJsonString(Indented),
        "compact list" => List(items).ToJsonString(),
        "compact list with a line" => List(items[..1]).ToJsonString() + "\n" + List(items[1..]).ToJsonString() + "\n",
        "array" => new JsonArray([.. items.Select(it => it.DeepClone())]).ToJsonString(Indented),
        "list in a list" => List([List(items[..100]), List([List(items[100..])])]).ToJsonString(Indented),
        "one after the other" => string.Join('\n', items.Select(it => it.ToJsonString(Indented))),
        "yaml list" => "apiVersion: v1\nitems:\n" + string.Concat(items.Select(it => "- " + Yaml(it, 1).TrimStart())) + "kind: List\nmetadata:\n  resourceVersion: \"\"\n",
        "yaml documents" => string.Concat(items.Select(it => "---\n" + Yaml(it, 0))),
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    private static string Yaml(JsonObject item, int depth) => string.Concat(item.Select(it =>
        new string(' ', depth * 2) + it.Key + ":" + (it.Value is JsonObject { Count: > 0 } child ? "\n" + Yaml(child, depth + 1) : " " + Flow(it.Value) + "\n")));

    private static string Flow(JsonNode? value) => value?.ToJsonString() ?? "null";
}
