using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>How a step ended.</summary>
/// <param name="Kind">In which of three ways.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record StepEnd(StepEndKind Kind, string Error = "")
{
    /// <summary>It ran to its end, or was left with return, break or continue.</summary>
    public static StepEnd Completed { get; } = new(StepEndKind.Completed);

    /// <summary>What an exception that left the block means.</summary>
    public static StepEnd Of(Exception exception) => exception switch
    {
        BreakException or ContinueException => Completed,
        ExitException { Argument: var code } => Exit(LanguagePrimitives.TryConvertTo(code, out int number) ? number : 0),
        PipelineStoppedException => new StepEnd(StepEndKind.Stopped),
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

    /// <summary>With Ctrl+C, or because nobody downstream wanted more.</summary>
    Stopped,
}
