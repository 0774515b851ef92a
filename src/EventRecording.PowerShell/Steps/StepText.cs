using System.Globalization;

namespace EventRecording.PowerShell;

/// <summary>What is recorded of a step, in words.</summary>
/// <param name="name">Name of the step, as people write it.</param>
internal sealed class StepText(string name)
{
    // So that a reason fits in events.k8s.io/v1 with any letters: 128 bytes of UTF-8.
    private const int LongestWord = 30;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);

    public string StartedReason => Word + "Started";

    public string CompletedReason => Word + "Completed";

    public string FailedReason => Word + "Failed";

    public string Started => $"{name} started";

    private string Word
    {
        get
        {
            var word = string.Concat(ReasonAdvice.ToUpperCamelCase(name).EnumerateRunes().Take(LongestWord));
            return word.Length > 0 ? word : "Step";
        }
    }

    public string Completed(TimeSpan took) => $"{name} completed in {Duration(took)}";

    public string Failed(TimeSpan took, string why) => $"{name} failed after {Duration(took)}: {why}";

    public string Stopped(TimeSpan took) => $"{name} stopped after {Duration(took)}, before it was done";

    /// <summary>As kubectl writes it, <c>2m5s</c>; with tenths while they matter, <c>3.2s</c>.</summary>
    public static string Duration(TimeSpan took) =>
        took < Short ? took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s" : EventAge.HumanDuration(took);
}
