namespace EventRecording;

/// <summary>How events are kept in files.</summary>
public sealed record EventArchiveOptions
{
    /// <summary>How long a file is written to before the next one begins, counted from 0001-01-01 UTC: a day is a day of UTC.</summary>
    /// <value>Default: <see langword="null"/>, one file for ever. At least a second.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than a second.</exception>
    public TimeSpan? RollEvery
    {
        get;
        init
        {
            if (value is { } period)
                ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.FromSeconds(1), nameof(RollEvery));
            field = value;
        }
    }

    /// <summary>How long a file is kept after its last event was, or could be, written to it; only files of this name are ever deleted.</summary>
    /// <value>Default: <see langword="null"/>, for ever. Needs <see cref="RollEvery"/>.</value>
    public TimeSpan? KeepFor { get; init; }
}
