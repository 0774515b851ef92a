using System.Globalization;

namespace EventRecording;

/// <summary>
/// Versions are integers that grow with every write to the cluster, wherever etcd is the store; a stranger's store may have others.
/// </summary>
internal static class ResourceVersions
{
    public static ulong? ToInteger(string? version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var integer) ? integer : null;

    /// <summary>Whether both are integers and the first is the lower one.</summary>
    public static bool IsLower(string? version, string? than) => ToInteger(version) < ToInteger(than);

    /// <summary>Integers by value, then other versions by their text.</summary>
    public static int Compare(string? left, string? right) => (ToInteger(left), ToInteger(right)) switch
    {
        ({ } l, { } r) => l.CompareTo(r),
        ({ }, null) => -1,
        (null, { }) => 1,
        _ => string.CompareOrdinal(left, right),
    };
}
