using System.Globalization;

namespace EventRecording;

/// <summary>What a flush came to.</summary>
/// <param name="Written">Occurrences that reached the server, and those recorded on change that found nothing to write.</param>
/// <param name="Pending">Occurrences that were still without an outcome at the deadline; they go on being tried.</param>
/// <param name="Failures">What did not reach the server, or not surely.</param>
public sealed record FlushResult(long Written, long Pending, IReadOnlyList<EventFailure> Failures)
{
    /// <summary>Occurrences of this cluster and user that lie in the spool, for a later try.</summary>
    public long Spooled { get; init; }

    /// <summary>Occurrences of another cluster or user that lie in the spool: they are left to a recorder of that one, and no reason not to be complete.</summary>
    public long SpooledForOthers { get; init; }

    /// <summary>Why the spool, or the first of its entries that are passed over, cannot be used.</summary>
    /// <value><see langword="null"/> where all can be, and without a spool.</value>
    public string? SpoolFault { get; init; }

    /// <summary>Everything reached the server.</summary>
    public bool IsComplete => Pending == 0 && Failures.Count == 0 && Spooled == 0 && SpoolFault is null;

    /// <summary>One line for people, without control characters.</summary>
    public override string ToString() => SafeText.OneLine(string.Create(
        CultureInfo.InvariantCulture, $"{Written} written, {Pending} pending, {Spooled} spooled, {Failures.Sum(static failure => (long)failure.Count)} failed{(SpoolFault is null ? "" : $". {SpoolFault}")}"));
}
