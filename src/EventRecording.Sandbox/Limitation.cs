namespace EventRecording.Sandbox;

/// <summary>Something that the sandbox does not do as a recorded server does.</summary>
/// <param name="Topic">What it is about, in a few words.</param>
/// <param name="Reason">Why, and what happens instead.</param>
public sealed record Limitation(string Topic, string Reason)
{
    /// <summary>In which transcripts it shows.</summary>
    internal IReadOnlyList<string> Transcripts { get; init; } = [];

    /// <summary>Which differences it excuses: the number of a step and the path in the answer, with <c>*</c> for anything.</summary>
    internal IReadOnlyList<string> Differences { get; init; } = [];
}
