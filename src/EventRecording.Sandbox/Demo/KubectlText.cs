using System.Text;

namespace EventRecording.Sandbox;

/// <summary>Events as kubectl prints them, with what the cluster sent made safe by <see cref="SafeText"/>.</summary>
internal static class KubectlText
{
    /// <summary>The table of <c>kubectl get events</c>, the headings first; no lines without events.</summary>
    public static IEnumerable<string> Table(IReadOnlyCollection<KubeEvent> events, DateTimeOffset now) => events.Count == 0 ? [] : Layout(
        [
            ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"],
            .. events.Select(shown => Row(EventAge.LastSeen(shown, now), shown.Type, shown.Reason, ObjectOf(shown), shown.Message)),
        ],
        padding: 3);

    /// <summary>The events part of <c>kubectl describe</c>, from <c>Events:</c> on.</summary>
    public static IEnumerable<string> Description(IReadOnlyCollection<KubeEvent> events, DateTimeOffset now) => events.Count == 0 ? ["Events:  <none>"] :
    [
        "Events:",
        .. Layout(
            [
                ["Type", "Reason", "Age", "From", "Message"],
                ["----", "------", "----", "----", "-------"],
                .. events.Select(shown => Row(shown.Type, shown.Reason, EventAge.Interval(shown, now), shown.Source, shown.Message)),
            ],
            padding: 2).Select(line => "  " + line),
    ];

    private static string ObjectOf(KubeEvent shown) =>
        string.IsNullOrEmpty(shown.InvolvedObject.Name) ? shown.InvolvedObject.ToString().TrimEnd('/') : shown.InvolvedObject.ToString();

    private static string[] Row(params string?[] cells) => [.. cells.Select(SafeText.Escape)];

    /// <summary>Pads every cell but the last; width is counted in code points, as kubectl does.</summary>
    private static IEnumerable<string> Layout(IReadOnlyList<string[]> rows, int padding)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => Width(row[column])) + padding).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Length - 1; i++)
                line.Append(row[i]).Append(' ', widths[i] - Width(row[i]));
            yield return line.Append(row[^1]).ToString();
        }
    }

    private static int Width(string cell) => cell.EnumerateRunes().Count();
}
