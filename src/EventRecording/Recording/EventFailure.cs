using System.Globalization;

namespace EventRecording;

/// <summary>How an occurrence came not to be on the server.</summary>
public enum EventFailureKind
{
    /// <summary>It was not accepted: the intake was full, the broadcaster disposed, or the occurrence not valid.</summary>
    Rejected,

    /// <summary>The server said no, for good.</summary>
    Refused,

    /// <summary>It was given up: deadline or disposal.</summary>
    Failed,

    /// <summary>It was sent without an answer and could not be read back: it may be on the server.</summary>
    Unknown,
}

/// <summary>Occurrences that are not, or not surely, on the server, and why.</summary>
/// <param name="Kind">How it came about.</param>
/// <param name="Source">Who recorded; without a component for a damaged file of the spool, which does not say.</param>
/// <param name="Occurrence">What was recorded, the latest one where several of a series share the outcome; its object is empty where none could be read; <see langword="null"/> for a damaged file of the spool, and where nothing was given.</param>
/// <param name="Count">How many occurrences.</param>
/// <param name="Error">Why.</param>
public sealed record EventFailure(EventFailureKind Kind, EventReporter Source, Occurrence? Occurrence, int Count, Exception Error)
{
    /// <summary>It lay in the spool, perhaps since another process.</summary>
    public bool WasSpooled { get; init; }

    /// <summary>One line for people, without control characters.</summary>
    public override string ToString()
    {
        var what = Occurrence is { Regarding: var on } it ? $"{it.Type} {it.Reason} on {(string.IsNullOrEmpty(on.Name) ? "an object" : $"{on.Kind}/{on.Name}")}" : "an event";
        return SafeText.OneLine($"{Kind}: {what}{(Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({Count} times)"))}. {Error.Message}");
    }
}
