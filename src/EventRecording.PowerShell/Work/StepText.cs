using System.Globalization;
using System.Management.Automation;

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

    // What differs from run to run is in an annotation: another message would be another event.
    public string Completed => $"{name} completed";

    public string Stopped => $"{name} stopped before it was done";

    public string Failed(string why) => $"{name} failed: {why}";

    /// <summary>As kubectl writes it, <c>2m5s</c>; with tenths while they matter, <c>3.2s</c>.</summary>
    public static string Duration(TimeSpan took) =>
        took < Short ? took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s" : EventAge.HumanDuration(took);
}

/// <summary>How a step ended.</summary>
/// <param name="Kind">In which of three ways.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record StepEnd(StepEndKind Kind, string Error = "")
{
    /// <summary>It ran to its end, or was left with return, break or continue.</summary>
    public static StepEnd Completed { get; } = new(StepEndKind.Completed);

    /// <summary>It was stopped before it was done.</summary>
    public static StepEnd Stopped { get; } = new(StepEndKind.Stopped);

    /// <summary>What an exception that left the block means.</summary>
    public static StepEnd Of(Exception exception) => exception switch
    {
        BreakException or ContinueException => Completed,
        ExitException { Argument: var code } => Exit(LanguagePrimitives.TryConvertTo(code, out int number) ? number : 0),
        PipelineStoppedException => Stopped,
        IContainsErrorRecord { ErrorRecord: { } record } => new StepEnd(StepEndKind.Failed, record.ToString()),
        _ => new StepEnd(StepEndKind.Failed, exception.Message),
    };

    private static StepEnd Exit(int code) => code == 0 ? Completed : new StepEnd(StepEndKind.Failed, $"exit code {code}");
}

/// <summary>The ways in which a step ends.</summary>
internal enum StepEndKind
{
    Completed,
    Failed,

    /// <summary>With Ctrl+C, because nobody downstream wanted more, or since the process ended.</summary>
    Stopped,
}
