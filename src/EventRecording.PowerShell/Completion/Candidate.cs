namespace EventRecording.PowerShell;

/// <summary>What TAB may put in.</summary>
/// <param name="Text">The value of the argument.</param>
/// <param name="Tip">What it is.</param>
internal sealed record Candidate(string Text, string Tip)
{
    public Candidate(string text)
        : this(text, text)
    {
    }
}
