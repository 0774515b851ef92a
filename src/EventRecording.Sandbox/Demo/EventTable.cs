using System.Globalization;

namespace EventRecording.Sandbox;

/// <summary>The table of <c>kubectl get events</c>, with what the cluster sent made safe by <see cref="SafeText"/>.</summary>
internal sealed record EventTable
{
    /// <summary>Begins each row with the namespace, as <c>--all-namespaces</c> does.</summary>
    public bool ShowNamespace { get; init; }

    /// <summary>Adds subobject, source, first seen, count and name, as <c>-o wide</c> does.</summary>
    public bool Wide { get; init; }

    /// <summary>Shows <c>66s (x2 over 72s)</c> in the column LAST SEEN, as <c>kubectl events</c> does.</summary>
    public bool ShowIntervals { get; init; }

    /// <summary>The lines of the table, the headings first; none without events.</summary>
    /// <param name="events">What to show, in this order.</param>
    /// <param name="now">The instant from which ages are counted.</param>
    public IEnumerable<string> Render(IEnumerable<KubeEvent> events, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(events);
        List<Column> columns = [.. Columns(now)];
        var rows = events.Select(shown => columns.Select(column => SafeText.Escape(column.Read(shown))).ToArray()).ToList();
        if (rows.Count == 0)
            return [];
        return ColumnWriter.Layout([columns.Select(column => column.Heading).ToArray(), .. rows], minimum: 6, padding: 3);
    }

    /// <summary>Who wrote an event, and where: <c>kubelet, node-1</c>. Column SOURCE of <c>kubectl get events -o wide</c>; unescaped.</summary>
    public static string? Source(KubeEvent shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var instance = string.IsNullOrEmpty(shown.SourceHost) ? shown.ReportingInstance : shown.SourceHost;
        return string.IsNullOrEmpty(instance) ? shown.Source : $"{shown.Source}, {instance}";
    }

    private IEnumerable<Column> Columns(DateTimeOffset now)
    {
        if (ShowNamespace)
            yield return new Column("NAMESPACE", e => e.Namespace);
        yield return new Column("LAST SEEN", e => ShowIntervals ? EventAge.Interval(e, now) : EventAge.LastSeen(e, now));
        yield return new Column("TYPE", e => e.Type);
        yield return new Column("REASON", e => e.Reason);
        yield return new Column("OBJECT", ObjectOf);
        if (Wide)
        {
            yield return new Column("SUBOBJECT", e => e.InvolvedObject.FieldPath);
            yield return new Column("SOURCE", Source);
        }

        yield return new Column("MESSAGE", e => e.Message);
        if (Wide)
        {
            yield return new Column("FIRST SEEN", e => EventAge.FirstSeen(e, now));
            yield return new Column("COUNT", CountOf);
            yield return new Column("NAME", e => e.Name);
        }
    }

    private static string ObjectOf(KubeEvent shown)
    {
        var text = shown.InvolvedObject.ToString();
        return string.IsNullOrEmpty(shown.InvolvedObject.Name) ? text.TrimEnd('/') : text;
    }

    private static string CountOf(KubeEvent shown) => shown.Count.ToString(CultureInfo.InvariantCulture);

    private sealed record Column(string Heading, Func<KubeEvent, string?> Read);
}
