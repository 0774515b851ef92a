namespace EventRecording;

/// <summary>One object of a file, as JSON.</summary>
/// <param name="Line">Where it begins, from 1 on.</param>
/// <param name="Json">The object.</param>
/// <param name="Problem">Why it cannot be read; what follows can.</param>
public readonly record struct ArchiveItem(long Line, ReadOnlyMemory<byte> Json, string? Problem = null);

/// <summary>Something in a file that is no event and cannot be passed over in silence.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Where, from 1 on; 0 for the whole file.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ArchiveProblem(string File, long Line, string Message)
{
    /// <summary>Place and message.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Message}" : $"{File}: {Message}";
}
