using System.Globalization;
using System.Text.RegularExpressions;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>The views, row by row against those of the kubectl that is installed, on the same events.</summary>
public sealed partial class KubectlTests : IDisposable
{
    private const string Redis = "\"apiVersion\": \"cache.example.com/v1\", \"kind\": \"Redis\", \"namespace\": \"wire\", \"name\": \"my-op-redis\"";

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();
    private readonly ClusterConnection _connection;
    private readonly Kubectl _kubectl;

    public KubectlTests()
    {
        _connection = new ClusterConnection(new ClusterConfiguration { Server = _sandbox.Address });
        _kubectl = new Kubectl(_sandbox);
        _sandbox.CreateNamespace("wire");
        DefineRedis();

        // Half a unit away from the next age, so that the seconds until kubectl looks change nothing.
        Put("counted", "ScaledUp", "replicas set to 3", Times(first: 5.5 * 24, last: 100.5 / 60) + ", \"count\": 7");
        Put("single", "缩容", "replicas set to 1 → 扩容 👩‍🚀", Times(first: 20.5, last: 20.5) + ", \"count\": 1", "Warning");
        Put("future", "Later", "not yet", Times(first: -30, last: -30));
        Put("timeless", "Sometime", "  trimmed  ", "");
        Put("series", "Repeated", "much", $"\"eventTime\": \"{Micro(80.5)}\", \"series\": {{ \"count\": 4, \"lastObservedTime\": \"{Micro(30.5)}\" }}, "
            + "\"action\": \"Scaling\", \"reportingInstance\": \"node-2\"");
        Put("newstyle", "Once", "a note", $"\"eventTime\": \"{Micro(800.5 * 24)}\", \"action\": \"Scaling\", \"reportingInstance\": \"node-2\"");
        Put("escape", "Escaped", "\\u001b[31mred", Times(first: 3000.5 * 24, last: 3000.5 * 24), extra: ", \"fieldPath\": \"spec.replicas\"");
    }

    [KubectlFact]
    public async Task The_table_is_that_of_kubectl_get_events() =>
        Assert.Equal(await _kubectl.RunAsync("get", "events", "-n", "wire"), KubectlText.Table(await ListAsync("wire"), _now));

    [KubectlFact]
    public async Task The_cells_of_the_view_are_those_of_the_wide_table_of_kubectl_get_events()
    {
        var printed = await _kubectl.RunAsync("get", "events", "-A", "-o", "wide");

        int[] starts = [.. Heading().Matches(printed[0]).Select(heading => heading.Index)];
        var cells = printed.Skip(1).Select(line => starts.Select((start, i) => Cut(line, start, i + 1 < starts.Length ? starts[i + 1] : null)));
        Assert.Equal(cells, (await ListAsync("*")).Select(CellsOf));
    }

    [KubectlFact]
    public async Task The_ages_of_the_view_are_those_of_kubectl_events()
    {
        var sorted = await new EventReader(new ClusterEventSource(_connection)).ListSortedAsync(new EventQuery { Namespaces = ["wire"] });
        var printed = await _kubectl.RunAsync("events", "-n", "wire");

        var end = printed[0].IndexOf("TYPE", StringComparison.Ordinal);
        Assert.Equal(printed.Skip(1).Select(line => line[..end].Trim()), sorted.Select(it => EventAge.Interval(it, TimeProvider.System.GetUtcNow())));
    }

    [KubectlFact]
    public async Task The_events_of_an_object_are_those_of_kubectl_describe_sorted_by_when_they_were_last_seen()
    {
        var described = await _kubectl.RunAsync("describe", "redis", "my-op-redis", "-n", "wire");

        var sorted = await new EventReader(new ClusterEventSource(_connection)).ListSortedAsync(new EventQuery { Namespaces = ["wire"] });

        var lines = KubectlText.Description(sorted, _now).ToList();

        // kubectl lets an escape through here, which a view never does; and it knows no other time to sort by than lastTimestamp.
        var expected = described.SkipWhile(line => line != "Events:").Select(line => line.Replace("\u001b", "^[", StringComparison.Ordinal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
        Assert.Equal(["Sometime", "Escaped", "Once", "Repeated", "缩容", "ScaledUp", "Later"], lines.Skip(3).Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries)[1].Trim()));
    }

    public void Dispose()
    {
        _kubectl.Dispose();
        _connection.Dispose();
        _sandbox.Dispose();
    }

    private static IEnumerable<string> CellsOf(KubeEvent shown) =>
    [
        EventColumns.Text(shown.Namespace), EventAge.LastSeen(shown, TimeProvider.System.GetUtcNow()), EventColumns.Text(shown.Type), EventColumns.Text(shown.Reason),
        EventColumns.Text(shown.InvolvedObject.ToString()), EventColumns.Text(shown.InvolvedObject.FieldPath),
        EventColumns.Source(shown.Source, string.IsNullOrEmpty(shown.SourceHost) ? shown.ReportingInstance : shown.SourceHost),
        EventColumns.Text(shown.Message), EventAge.FirstSeen(shown, TimeProvider.System.GetUtcNow()), shown.Count.ToString(CultureInfo.InvariantCulture), EventColumns.Text(shown.Name),
    ];

    // Columns begin where their headings do, counted in code points, as kubectl does.
    private static string Cut(string line, int start, int? end)
    {
        var runes = line.EnumerateRunes().ToArray();
        return string.Concat(runes[start..Math.Min(end ?? runes.Length, runes.Length)].Select(rune => rune.ToString())).Trim();
    }

    private async Task<List<KubeEvent>> ListAsync(string inNamespace)
    {
        var read = new List<KubeEvent>();
        await foreach (var item in new EventReader(new ClusterEventSource(_connection)).ListAsync(new EventQuery { Namespaces = [inNamespace] }))
            read.Add(item);
        return read;
    }

    private void DefineRedis()
    {
        _sandbox.Put("""
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "redises.cache.example.com" },
              "spec": {
                "group": "cache.example.com", "scope": "Namespaced",
                "names": { "plural": "redises", "singular": "redis", "kind": "Redis", "listKind": "RedisList" },
                "versions": [ { "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object" } } } ]
              }
            }
            """);
        _sandbox.Put("""{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "namespace": "wire", "name": "my-op-redis", "uid": "3840cc87" } }""");
    }

    private void Put(string name, string reason, string message, string fields, string type = "Normal", string extra = "") => _sandbox.Put($$"""
        {
          "apiVersion": "v1", "kind": "Event", "metadata": { "namespace": "wire", "name": "{{name}}" },
          "involvedObject": { {{Redis}}, "uid": "3840cc87"{{extra}} },
          "type": "{{type}}", "reason": "{{reason}}", "message": "{{message}}",
          "source": { "component": "RedisOperator", "host": "node-1" }{{(fields.Length > 0 ? ", " + fields : "")}}
        }
        """);

    private string Times(double first, double last) =>
        $"\"firstTimestamp\": \"{Show(first, "yyyy-MM-dd'T'HH:mm:ss'Z'")}\", \"lastTimestamp\": \"{Show(last, "yyyy-MM-dd'T'HH:mm:ss'Z'")}\"";

    private string Micro(double hoursAgo) => Show(hoursAgo, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    private string Show(double hoursAgo, string format) => _now.AddHours(-hoursAgo).ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\S+( \S+)*")]
    private static partial Regex Heading();
}
