using System.Globalization;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>The cells of the views; the format file only lays them out. Text from the cluster is made safe for the terminal.</summary>
public static class EventColumns
{
    /// <summary>When it was last seen, how often and since when: <c>66s (x2 over 72s)</c>.</summary>
    public static string LastSeen(PSObject shown) => Time(shown, EventAge.Interval);

    /// <summary>The same in lines of at most so many characters.</summary>
    public static string LastSeen(PSObject shown, int width) => CellText.FittedInterval(LastSeen(shown), width);

    /// <summary>When it was last seen.</summary>
    public static string Age(PSObject shown) => Time(shown, EventAge.LastSeen);

    /// <summary>When it was first seen.</summary>
    public static string FirstSeen(PSObject shown) => Time(shown, EventAge.FirstSeen);

    /// <summary>The type; a warning stands out.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="emphasis">Begins what stands out, as the host has it.</param>
    /// <param name="reset">Ends it.</param>
    public static string Type(PSObject shown, string emphasis, string reset) => Emphasize(shown, Part(shown, nameof(KubeEvent.Type)), emphasis, reset);

    /// <summary>The reason; that of a warning stands out.</summary>
    /// <inheritdoc cref="Type"/>
    public static string Reason(PSObject shown, string emphasis, string reset) => Emphasize(shown, Part(shown, nameof(KubeEvent.Reason)), emphasis, reset);

    /// <summary>The same in lines of at most so many characters.</summary>
    /// <inheritdoc cref="Type"/>
    public static string Reason(PSObject shown, int width, string emphasis, string reset) =>
        string.Join('\n', CellText.Fitted(Part(shown, nameof(KubeEvent.Reason)), width).Split('\n').Select(line => Emphasize(shown, line, emphasis, reset)));

    /// <summary>The object, as <c>redis/my-op-redis</c>.</summary>
    public static string InvolvedObject(PSObject shown) => Part(shown, nameof(KubeEvent.InvolvedObject));

    /// <summary>The same in lines of at most so many characters; before it the machine that the event came from, for which PowerShell would take half of the message's room.</summary>
    public static string InvolvedObject(PSObject shown, int width) => CellText.Fitted([Computer(shown, width), InvolvedObject(shown)], width);

    /// <summary>The context, cut to the width of its column, in which the names that clouds make would take many lines.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="width">In characters.</param>
    public static string Context(PSObject shown, int width) => ContextLabel.Of(Value(shown, nameof(KubeEvent.Context)), width);

    /// <summary>The object behind what the other tables begin with, as <c>prod-eu shop redis/my-op-redis</c>, in lines of at most so many characters.</summary>
    public static string Place(PSObject shown, int width)
    {
        var tables = string.Concat(shown.TypeNames);
        return CellText.Fitted(
            [
                tables.Contains(ShownEvent.Contexts, StringComparison.Ordinal) ? Context(shown, width) : null,
                Computer(shown, width),
                tables.Contains(ShownEvent.Namespaced, StringComparison.Ordinal) ? Part(shown, nameof(KubeEvent.Namespace)) : null,
                SafeText.Escape(RelationOf(shown)),
                InvolvedObject(shown),
            ],
            width);
    }

    /// <summary>Who wrote it.</summary>
    public static string From(PSObject shown) => Part(shown, nameof(KubeEvent.Source));

    /// <summary>Who wrote it, and where.</summary>
    public static string Source(PSObject shown)
    {
        var host = Value(shown, nameof(KubeEvent.SourceHost));
        return Source(Value(shown, nameof(KubeEvent.Source)), string.IsNullOrEmpty(host) ? Value(shown, nameof(KubeEvent.ReportingInstance)) : host);
    }

    /// <summary>The same in lines of at most so many characters.</summary>
    public static string Source(PSObject shown, int width) => CellText.Fitted(Source(shown), width);

    /// <summary>The message in one line; one that a watch saw go says so.</summary>
    public static string Message(PSObject shown)
    {
        var message = Part(shown, nameof(KubeEvent.Message));
        return shown.Properties[ShownEvent.Change]?.Value is EventChange.Deleted ? $"(deleted) {message}" : message;
    }

    /// <summary>Any other text.</summary>
    public static string Text(string? text) => SafeText.Escape(text);

    /// <summary>The same in lines of at most so many characters. By another name: with two methods of one, PowerShell makes no text of what is none.</summary>
    public static string Fitted(string? text, int width) => CellText.Fitted(SafeText.Escape(text), width);

    internal static string Source(string? component, string? instance) => SafeText.Escape(string.IsNullOrEmpty(instance) ? component : $"{component}, {instance}");

    /// <summary>What its object is to the one that was asked about; <see langword="null"/> where none was.</summary>
    internal static string? RelationOf(PSObject shown) => shown.Properties[ShownEvent.Relation]?.Value as string;

    // One that came from another process is still in parts where its session did not know the module, as a session over SSH does not: most cells need one of them only, and to make an event of all takes longer than its row.
    private static string? Value(PSObject shown, string part) => shown.Properties[part]?.Value?.ToString();

    private static string Part(PSObject shown, string part) => SafeText.Escape(Value(shown, part));

    private static string? Computer(PSObject shown, int width) =>
        LanguagePrimitives.IsTrue(shown.Properties["PSShowComputerName"]?.Value) ? ContextLabel.Of(Value(shown, "PSComputerName"), width) : null;

    // Parts that are no event any more have no time. An event of a dump can be shown as of its end.
    private static string Time(PSObject shown, Func<KubeEvent, DateTimeOffset, string> of)
    {
        var now = shown.Properties[ShownEvent.AsOf]?.Value as DateTimeOffset? ?? TimeProvider.System.GetUtcNow();
        return LanguagePrimitives.TryConvertTo<KubeEvent>(shown, out var item) ? of(item, now) : EventAge.Since(null, now);
    }

    private static string Emphasize(PSObject shown, string text, string emphasis, string reset) =>
        Value(shown, nameof(KubeEvent.Type)) == EventType.Warning ? $"{emphasis}{text}{reset}" : text;
}

/// <summary>The cells of the view of measures. Text from the cluster is made safe for the terminal.</summary>
public static class MeasureColumns
{
    /// <summary>Repetitions in an hour, with one digit behind the point; empty without a rate.</summary>
    public static string Rate(EventMeasure shown) => shown?.RatePerHour?.ToString("N1", CultureInfo.CurrentCulture) ?? "";

    /// <summary>How long ago it first happened.</summary>
    public static string First(EventMeasure shown) => EventAge.Since(shown?.First, TimeProvider.System.GetUtcNow());

    /// <summary>How long ago it last happened.</summary>
    public static string Last(EventMeasure shown) => EventAge.Since(shown?.Last, TimeProvider.System.GetUtcNow());

    /// <summary>The contexts that the events came from.</summary>
    public static string Contexts(EventMeasure shown) => string.Join(", ", (shown?.Contexts ?? []).Select(SafeText.Escape));

    /// <summary>What the events of the group have in common: <c>Warning BackOff pod/web-0</c>.</summary>
    public static string Group(EventMeasure shown)
    {
        string?[] parts = [shown?.Type, shown?.Reason, shown?.Object?.ToString(), shown?.Source];
        return string.Join(' ', parts.Where(part => part is not null).Select(SafeText.Escape));
    }
}
