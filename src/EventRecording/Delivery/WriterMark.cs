using System.Globalization;
using System.Security.Cryptography;

namespace EventRecording.Delivery;

/// <summary>The mark that a writer leaves on an event with each write: how it finds out whether a write whose answer was lost was applied.</summary>
/// <remarks>One annotation per writer: with one for all, another writer's write between the loss and the reading back would hide ours.</remarks>
internal sealed class WriterMark
{
    private const string Prefix = "eventrecording/w-";
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ssZ";

    // A mark is kept longer than any write is tried, by as much as clocks may differ.
    private static readonly TimeSpan Kept = EventBroadcasterOptions.LongestWriteDeadline + TimeSpan.FromMinutes(5);

    /// <summary>A mark of a writer that never was before.</summary>
    public WriterMark()
        : this(Convert.ToHexString(RandomNumberGenerator.GetBytes(8)))
    {
    }

    /// <summary>The mark of the writer with this id.</summary>
    public WriterMark(string writerId)
    {
#pragma warning disable CA1308 // an id, not a text
        Annotation = Prefix + writerId.ToLowerInvariant();
#pragma warning restore CA1308
    }

    /// <summary>The annotation of this writer.</summary>
    public string Annotation { get; }

    public static string Value(long writeNumber, DateTime now) =>
        string.Create(CultureInfo.InvariantCulture, $"{writeNumber} {now:s}Z");

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

    private static bool IsOld(string value, DateTime now) =>
        value.IndexOf(' ', StringComparison.Ordinal) is var space and > 0
        && DateTime.TryParseExact(value.AsSpan(space + 1), TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        && now - time > Kept;
}
