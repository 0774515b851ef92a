namespace EventRecording;

/// <summary>A transition of a condition in an object's status, as a row beside its events. It is no event: no server has it, and no file of events takes it.</summary>
/// <remarks>
/// Type is <see cref="TypeName"/>, reason <c>Ready=False</c>, message the condition's reason and message; its one time is the condition's <c>lastTransitionTime</c>.
/// Name, uid and version are empty. An object tells the last transition of each condition only.
/// </remarks>
public sealed record ConditionTransition : KubeEvent
{
    /// <summary>The type that all of them have: Condition, which no event should have.</summary>
    public const string TypeName = "Condition";

    /// <summary>A transition.</summary>
    /// <param name="regarding">The object.</param>
    /// <param name="condition">Type of the condition, such as <c>Ready</c>.</param>
    /// <param name="status">What it became: True, False or Unknown.</param>
    /// <param name="at">When.</param>
    /// <param name="why">Reason and message of the condition. Untrusted text.</param>
    public ConditionTransition(ObjectReference regarding, string condition, string status, DateTimeOffset at, string? why)
    {
        ArgumentNullException.ThrowIfNull(regarding);
        (Condition, Status) = (condition, status);
        Namespace = regarding.Namespace ?? "";
        InvolvedObject = regarding;
        Type = TypeName;
        Reason = $"{condition}={status}";
        Message = why;
        (FirstTimestamp, LastTimestamp) = (at, at);
    }

    /// <summary>Type of the condition, such as <c>Ready</c>.</summary>
    public string Condition { get; }

    /// <summary>What it became: True, False or Unknown.</summary>
    public string Status { get; }
}
