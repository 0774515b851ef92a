namespace EventRecording.PowerShell;

/// <summary>How long each write of a pipeline is tried: an outage is waited for once, or thousands of objects would wait one group after the other.</summary>
/// <param name="timeout">What the user has patience for.</param>
internal sealed class WriteTimeout(TimeSpan timeout)
{
    private static readonly TimeSpan InOutage = TimeSpan.FromSeconds(1);

    private volatile bool _isOutage;

    /// <summary>How long a write that begins now is tried, or its object looked up.</summary>
    public TimeSpan Current => _isOutage && timeout > InOutage ? InOutage : timeout;

    /// <summary>A write came to its end: one that ran out of time is an outage, and any answer of the server ends it.</summary>
    public void Saw(EventOutcomeKind outcome) =>
        _isOutage = outcome is EventOutcomeKind.Failed or EventOutcomeKind.Unknown or EventOutcomeKind.Spooled;

    /// <summary>A write failed before it could begin.</summary>
    public void Saw(Exception error) => _isOutage |= PatientLookup.IsTransient(error);
}
