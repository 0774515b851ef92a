using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Chooses the table of an event, by type names for which the format file has one: those of its contexts, namespaces or relations, and before them those of the window.</summary>
internal static class ShownTable
{
    // Below, the other tables leave the message less than 30 columns.
    private const int NarrowBelow = 100;

    // From here on those of several namespaces or contexts have room for longer names.
    private const int BroadFrom = 120;
    private const int BroadestFrom = 160;

    /// <summary>Whether a window so wide has a table of its own for all events; none, as a file, has not.</summary>
    public static bool IsNarrow(int? width) => width is > 0 and < NarrowBelow;

    /// <summary>The width of the console of this process, where no host is asked; <see langword="null"/> for none.</summary>
    public static int? WidthOfConsole()
    {
        try
        {
            return Console.IsOutputRedirected ? null : Console.WindowWidth;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether the name stands for a table of another window, where the event was before.</summary>
    public static bool IsOfWindow(string typeName) =>
        typeName == ShownEvent.OfNarrow || typeName.StartsWith(ShownEvent.Default + ShownEvent.Broad, StringComparison.Ordinal);

    /// <summary>Gives the event its table.</summary>
    /// <param name="shown">The event.</param>
    /// <param name="table">What follows the default in the name of the table; <see langword="null"/> for the default.</param>
    /// <param name="width">Of the window; <see langword="null"/> for none.</param>
    public static void Choose(PSObject shown, string? table, int? width)
    {
        var names = Names(table, width).ToList();
        // It has them already if it comes a second time.
        if (shown.TypeNames.Take(names.Count).SequenceEqual(names))
            return;
        for (var i = names.Count - 1; i >= 0; i--)
            shown.TypeNames.Insert(0, names[i]);
    }

    private static IEnumerable<string> Names(string? table, int? width)
    {
        if (IsNarrow(width))
            yield return ShownEvent.OfNarrow;
        if (table is null)
            yield break;
        var hasRoom = table != ShownEvent.Related;
        if (hasRoom && width >= BroadestFrom)
            yield return ShownEvent.Default + ShownEvent.Broadest + table;
        if (hasRoom && width >= BroadFrom)
            yield return ShownEvent.Default + ShownEvent.Broad + table;
        yield return ShownEvent.Default + table;
    }
}
