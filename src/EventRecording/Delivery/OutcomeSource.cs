namespace EventRecording;

/// <summary>The task of somebody who waits for one outcome; continuations never run inside the loop.</summary>
internal sealed class OutcomeSource() : TaskCompletionSource<EventOutcome>(TaskCreationOptions.RunContinuationsAsynchronously), IOutcomeListener
{
    public void Settle(EventOutcome outcome) => TrySetResult(outcome);
}
