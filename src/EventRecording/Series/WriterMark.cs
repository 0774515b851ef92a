using System.Globalization;
using System.Security.Cryptography;

namespace EventRecording;

/// <summary>The mark that a writer leaves on an event with each write: how it finds out whether a write whose answer was lost was applied.</summary>
/// <remarks>One annotation per writer: with one for all, another writer's write between the loss and the reading back would hide ours.</remarks>
internal sealed class WriterMark
{
    /// <summary>What the annotations of all recorders begin with.</summary>
    public const string Domain = "eventrecording/";

    private const string Prefix = Domain + "w-";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    // With the longest times that can be configured; a mark that asks for more was not written by a recorder, and is kept for so long only.
    private static readonly TimeSpan LongestKept = EventBroadcasterOptions.MarksKeptFor(SpoolOptions.LongestEventTimeToLive);

    /// <summary>A mark of a writer that never was before.</summary>
    public WriterMark()
        : this(Convert.ToHexString(RandomNumberGenerator.GetBytes(8)))
    {
    }

    /// <summary>The mark of the writer with this id.</summary>
    public WriterMark(string writerId)
    {
#pragma warning disable CA1308 // an id, not a text
        WriterId = writerId.ToLowerInvariant();
#pragma warning restore CA1308
        Annotation = Prefix + WriterId;
    }

    public string WriterId { get; }

    /// <summary>The annotation of this writer.</summary>
    public string Annotation { get; }

    /// <summary>The number of a write, its time, and for how many seconds other writers leave the mark where it is.</summary>
    public static string Value(long writeNumber, DateTime now, TimeSpan kept) =>
        string.Create(CultureInfo.InvariantCulture, $"{writeNumber} {now:s}Z {(long)kept.TotalSeconds}");

    /// <summary>The event carries this write of this writer: it was applied.</summary>
    public bool IsOn(KubeEvent kubeEvent, long writeNumber) =>
        kubeEvent.Annotations.TryGetValue(Annotation, out var value)
        && value.AsSpan().IndexOf(' ') is var space and > 0
        && long.TryParse(value.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number == writeNumber;

    /// <summary>Marks of other writers that nobody can need any more.</summary>
    public List<string>? Stale(KubeEvent kubeEvent, DateTime now)
    {
        List<string>? stale = null;
        foreach (var (name, value) in kubeEvent.Annotations)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name != Annotation && IsOld(value, now))
                (stale ??= []).Add(name);
        }

        return stale;
    }

    private static bool IsOld(string value, DateTime now)
    {
        var parts = value.Split(' ');
        if (parts.Length != 3
            || !DateTime.TryParseExact(parts[1], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            || !uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        var kept = TimeSpan.FromSeconds(seconds);
        return now - time > (kept < LongestKept ? kept : LongestKept);
    }
}
