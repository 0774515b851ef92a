namespace EventRecording.Sandbox;

/// <summary>The events part of <c>kubectl describe</c>, with what the cluster sent made safe by <see cref="SafeText"/>.</summary>
internal static class EventDescription
{
    private const string Indent = "  ";

    /// <summary>The lines from <c>Events:</c> on; <c>&lt;none&gt;</c> behind it without events.</summary>
    /// <param name="events">What to show, in this order.</param>
    /// <param name="now">The instant from which ages are counted.</param>
    public static IEnumerable<string> Render(IEnumerable<KubeEvent> events, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(events);
        var rows = events.Select(shown => Row(shown, now)).ToList();
        if (rows.Count == 0)
            return ["Events:  <none>"];
        string[] headings = ["Type", "Reason", "Age", "From", "Message"];
        string[] rules = ["----", "------", "----", "----", "-------"];
        return ["Events:", .. ColumnWriter.Layout([headings, rules, .. rows], minimum: 0, padding: 2).Select(line => Indent + line)];
    }

    private static string[] Row(KubeEvent shown, DateTimeOffset now) =>
    [
        SafeText.Escape(shown.Type),
        SafeText.Escape(shown.Reason),
        EventAge.Interval(shown, now),
        SafeText.Escape(shown.Source),
        SafeText.Escape(shown.Message),
    ];
}
