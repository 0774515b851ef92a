using System.Globalization;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>The cells of the views; the format file only lays them out. Text from the cluster is made safe for the terminal.</summary>
public static class EventColumns
{
    // A row asks for the same one in each cell.
    [ThreadStatic]
    private static PSObject? _parts;

    [ThreadStatic]
    private static KubeEvent? _whole;

    /// <summary>When it was last seen, how often and since when: <c>66s (x2 over 72s)</c>.</summary>
    public static string LastSeen(PSObject shown) => EventAge.Interval(Event(shown), Now(shown));

    /// <summary>The same in lines of at most so many characters.</summary>
    public static string LastSeen(PSObject shown, int width) => CellText.FittedInterval(LastSeen(shown), width);

    /// <summary>When it was last seen.</summary>
    public static string Age(PSObject shown) => EventAge.LastSeen(Event(shown), Now(shown));

    /// <summary>When it was first seen.</summary>
    public static string FirstSeen(PSObject shown) => EventAge.FirstSeen(Event(shown), Now(shown));

    /// <summary>The type; a warning stands out.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="emphasis">Begins what stands out, as the host has it.</param>
    /// <param name="reset">Ends it.</param>
    public static string Type(PSObject shown, string emphasis, string reset) => Type(Event(shown), emphasis, reset);

    /// <summary>The reason; that of a warning stands out.</summary>
    /// <inheritdoc cref="Type(PSObject, string, string)"/>
    public static string Reason(PSObject shown, string emphasis, string reset) => Reason(Event(shown), emphasis, reset);

    /// <summary>The same in lines of at most so many characters.</summary>
    /// <inheritdoc cref="Type(PSObject, string, string)"/>
    public static string Reason(PSObject shown, int width, string emphasis, string reset) =>
        string.Join('\n', CellText.Fitted(SafeText.Escape(Event(shown).Reason), width).Split('\n').Select(line => Emphasize(Event(shown), line, emphasis, reset)));

    /// <summary>The object, as <c>redis/my-op-redis</c>.</summary>
    public static string InvolvedObject(PSObject shown) => InvolvedObject(Event(shown));

    /// <summary>The same in lines of at most so many characters; before it the machine that the event came from, for which PowerShell would take half of the message's room.</summary>
    public static string InvolvedObject(PSObject shown, int width) => CellText.Fitted([Computer(shown, width), InvolvedObject(shown)], width);

    /// <summary>The context, cut to the width of its column, in which the names that clouds make would take many lines.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="width">In characters.</param>
    public static string Context(PSObject shown, int width) => ContextLabel.Of(Event(shown).Context, width);

    /// <summary>The object behind what the other tables begin with, as <c>prod-eu shop redis/my-op-redis</c>, in lines of at most so many characters.</summary>
    public static string Place(PSObject shown, int width)
    {
        var (item, tables) = (Event(shown), string.Concat(shown.TypeNames));
        return CellText.Fitted(
            [
                tables.Contains(ShownEvent.Contexts, StringComparison.Ordinal) ? ContextLabel.Of(item.Context, width) : null,
                Computer(shown, width),
                tables.Contains(ShownEvent.Namespaced, StringComparison.Ordinal) ? SafeText.Escape(item.Namespace) : null,
                SafeText.Escape(RelationOf(shown)),
                InvolvedObject(shown),
            ],
            width);
    }

    /// <summary>Who wrote it.</summary>
    public static string From(PSObject shown) => SafeText.Escape(Event(shown).Source);

    /// <summary>Who wrote it, and where.</summary>
    public static string Source(PSObject shown) => Source(Event(shown));

    /// <summary>The same in lines of at most so many characters.</summary>
    public static string Source(PSObject shown, int width) => CellText.Fitted(Source(shown), width);

    /// <summary>The message in one line; one that a watch saw go says so.</summary>
    public static string Message(PSObject shown)
    {
        var message = SafeText.Escape(Event(shown).Message);
        return shown.Properties[ShownEvent.Change]?.Value is EventChange.Deleted ? $"(deleted) {message}" : message;
    }

    /// <summary>Any other text.</summary>
    public static string Text(string? text) => SafeText.Escape(text);

    /// <summary>The same in lines of at most so many characters. By another name: with two methods of one, PowerShell makes no text of what is none.</summary>
    public static string Fitted(string? text, int width) => CellText.Fitted(SafeText.Escape(text), width);

    /// <inheritdoc cref="Type(PSObject, string, string)"/>
    internal static string Type(KubeEvent shown, string emphasis, string reset) => Emphasize(shown, SafeText.Escape(shown.Type), emphasis, reset);

    /// <inheritdoc cref="Reason(PSObject, string, string)"/>
    internal static string Reason(KubeEvent shown, string emphasis, string reset) => Emphasize(shown, SafeText.Escape(shown.Reason), emphasis, reset);

    /// <inheritdoc cref="InvolvedObject(PSObject)"/>
    internal static string InvolvedObject(KubeEvent shown) => SafeText.Escape(shown.InvolvedObject.ToString());

    /// <inheritdoc cref="Source(PSObject)"/>
    internal static string Source(KubeEvent shown)
    {
        var instance = string.IsNullOrEmpty(shown.SourceHost) ? shown.ReportingInstance : shown.SourceHost;
        return SafeText.Escape(string.IsNullOrEmpty(instance) ? shown.Source : $"{shown.Source}, {instance}");
    }

    /// <summary>What its object is to the one that was asked about; <see langword="null"/> where none was.</summary>
    internal static string? RelationOf(PSObject shown) => shown.Properties[ShownEvent.Relation]?.Value as string;

    private static KubeEvent Event(PSObject shown)
    {
        if (shown.BaseObject is KubeEvent item)
            return item;
        if (!ReferenceEquals(shown, _parts))
            (_whole, _parts) = (Whole(shown), shown);
        return _whole!;
    }

    // One that came from another process is still in parts where its session did not know the module, as a session over SSH does not. What is no event any more shows what is left of it.
    private static KubeEvent Whole(PSObject parts)
    {
        if (LanguagePrimitives.TryConvertTo<KubeEvent>(parts, out var whole))
            return whole;
        string? Left(string name) => parts.Properties[name]?.Value?.ToString();
        return new KubeEvent { Namespace = Left(nameof(KubeEvent.Namespace)) ?? "", Type = Left(nameof(KubeEvent.Type)), Reason = Left(nameof(KubeEvent.Reason)), Message = Left(nameof(KubeEvent.Message)) };
    }

    private static string? Computer(PSObject shown, int width) =>
        LanguagePrimitives.IsTrue(shown.Properties["PSShowComputerName"]?.Value) ? ContextLabel.Of(shown.Properties["PSComputerName"]?.Value?.ToString(), width) : null;

    // An event of a dump can be shown as of its end.
    private static DateTimeOffset Now(PSObject shown) => shown.Properties[ShownEvent.AsOf]?.Value as DateTimeOffset? ?? TimeProvider.System.GetUtcNow();

    private static string Emphasize(KubeEvent shown, string text, string emphasis, string reset) =>
        shown.Type == EventType.Warning ? $"{emphasis}{text}{reset}" : text;
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
