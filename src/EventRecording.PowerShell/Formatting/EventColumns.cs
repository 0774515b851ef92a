using System.Globalization;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>The cells of the views; the format file only lays them out. Text from the cluster is made safe for the terminal.</summary>
public static class EventColumns
{
    /// <summary>When it was last seen, how often and since when: <c>66s (x2 over 72s)</c>.</summary>
    public static string LastSeen(PSObject shown) => EventAge.Interval(Event(shown), Now(shown));

    /// <summary>The same in lines of at most 11 characters.</summary>
    public static string NarrowLastSeen(PSObject shown)
    {
        const int width = 11;
        var lines = LastSeen(shown).Replace(" over ", "\nover ", StringComparison.Ordinal);
        return lines.IndexOf('\n', StringComparison.Ordinal) > width ? lines.Replace(" (", "\n(", StringComparison.Ordinal) : lines;
    }

    /// <summary>When it was last seen.</summary>
    public static string Age(PSObject shown) => EventAge.LastSeen(Event(shown), Now(shown));

    /// <summary>When it was first seen.</summary>
    public static string FirstSeen(PSObject shown) => EventAge.FirstSeen(Event(shown), Now(shown));

    /// <summary>The type; a warning stands out.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="emphasis">Begins what stands out, as the host has it.</param>
    /// <param name="reset">Ends it.</param>
    public static string Type(KubeEvent shown, string emphasis, string reset) => Emphasize(shown, shown?.Type, emphasis, reset);

    /// <summary>The reason; that of a warning stands out.</summary>
    /// <inheritdoc cref="Type"/>
    public static string Reason(KubeEvent shown, string emphasis, string reset) => Emphasize(shown, shown?.Reason, emphasis, reset);

    /// <summary>The object, as <c>redis/my-op-redis</c>.</summary>
    public static string InvolvedObject(KubeEvent shown) => SafeText.Escape(shown?.InvolvedObject.ToString());

    /// <summary>The context, cut to the width of its column, in which the names that clouds make would take many lines.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="width">In characters.</param>
    public static string Context(KubeEvent shown, int width) => ContextLabel.Of(shown?.Context, width);

    /// <summary>The object behind what the other tables begin with, as <c>prod-eu shop redis/my-op-redis</c>; behind a context in lines of its own where one is too short for all, 18 characters.</summary>
    public static string Place(PSObject shown)
    {
        const int width = 18;
        var (item, tables) = (Event(shown), string.Concat(shown.TypeNames));
        string?[] parts =
        [
            tables.Contains(ShownEvent.Namespaced, StringComparison.Ordinal) ? item.Namespace : null,
            RelationOf(shown),
            item.InvolvedObject.ToString(),
        ];
        var place = SafeText.Escape(string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part))));
        var context = tables.Contains(ShownEvent.Contexts, StringComparison.Ordinal) ? ContextLabel.Of(item.Context, width) : "";
        return context.Length == 0 ? place : $"{context}{(context.Length + place.Length < width ? ' ' : '\n')}{place}";
    }

    /// <summary>Who wrote it.</summary>
    public static string From(KubeEvent shown) => SafeText.Escape(shown?.Source);

    /// <summary>Who wrote it, and where.</summary>
    public static string Source(KubeEvent shown)
    {
        var instance = string.IsNullOrEmpty(shown?.SourceHost) ? shown?.ReportingInstance : shown.SourceHost;
        return SafeText.Escape(string.IsNullOrEmpty(instance) ? shown?.Source : $"{shown?.Source}, {instance}");
    }

    /// <summary>The message in one line; one that a watch saw go says so.</summary>
    public static string Message(PSObject shown)
    {
        var message = SafeText.Escape(Event(shown).Message);
        return shown.Properties[ShownEvent.Change]?.Value is EventChange.Deleted ? $"(deleted) {message}" : message;
    }

    /// <summary>Any other text.</summary>
    public static string Text(string? text) => SafeText.Escape(text);

    /// <summary>What its object is to the one that was asked about; <see langword="null"/> where none was.</summary>
    internal static string? RelationOf(PSObject shown) => shown.Properties[ShownEvent.Relation]?.Value as string;

    // One that came from another process is still in parts where its session did not know the module, as a session over SSH does not.
    private static KubeEvent Event(PSObject shown) => shown.BaseObject as KubeEvent ?? LanguagePrimitives.ConvertTo<KubeEvent>(shown);

    // An event of a dump can be shown as of its end.
    private static DateTimeOffset Now(PSObject shown) => shown.Properties[ShownEvent.AsOf]?.Value as DateTimeOffset? ?? TimeProvider.System.GetUtcNow();

    private static string Emphasize(KubeEvent? shown, string? text, string emphasis, string reset) =>
        shown?.Type == EventType.Warning ? $"{emphasis}{SafeText.Escape(text)}{reset}" : SafeText.Escape(text);
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
