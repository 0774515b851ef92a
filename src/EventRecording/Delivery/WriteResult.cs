namespace EventRecording;

/// <summary>What a worker says of a write: settled with an outcome, or to be tried again.</summary>
/// <remarks>A class: for a struct the runtime would compile its asynchronous methods anew, on the way to the first write.</remarks>
internal sealed record WriteResult
{
    private WriteResult(EventOutcomeKind? outcome, KubeEvent? kubeEvent, Exception? error)
    {
        Outcome = outcome;
        Event = kubeEvent;
        Error = error;
    }

    /// <summary><see langword="null"/> if the write is to be tried again.</summary>
    public EventOutcomeKind? Outcome { get; }

    public KubeEvent? Event { get; }

    public Exception? Error { get; }

    public bool IsGivenUp => Outcome is EventOutcomeKind.Failed or EventOutcomeKind.Unknown;

    public static WriteResult OnServer(EventOutcomeKind outcome, KubeEvent? kubeEvent) => new(outcome, kubeEvent, null);

    public static WriteResult Refused(Exception error) => new(EventOutcomeKind.Refused, null, error);

    /// <summary>Given up: failed, or unknown if a request may have been applied.</summary>
    public static WriteResult GivenUp(bool answerLost, Exception error) =>
        new(answerLost ? EventOutcomeKind.Unknown : EventOutcomeKind.Failed, null, error);

    public static WriteResult Spooled(Exception error) => new(EventOutcomeKind.Spooled, null, error);

    public static WriteResult TryAgain(Exception error) => new(null, null, error);
}
