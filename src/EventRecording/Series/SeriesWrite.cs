namespace EventRecording;

/// <summary>What a request of a write is for.</summary>
internal enum WriteStep : byte
{
    /// <summary>What is known decides.</summary>
    Undecided,

    Create,
    CountUp,

    /// <summary>Reads what has the name that a create was to take.</summary>
    Adopt,

    /// <summary>Reads what the event holds that others have changed, or that we may have.</summary>
    ReadBack,

    /// <summary>Reads what may go from an event that is too full.</summary>
    MakeRoom,

    /// <summary>Asks, by an event that was created since a patch was forbidden, whether the role allows none.</summary>
    AskRole,
}

/// <summary>One write of a series: all that was pending when a worker took it, until it is settled.</summary>
internal sealed class SeriesWrite(Series series, PendingBatch batch, long number)
{
    private volatile bool _isSending;

    public Series Series { get; } = series;

    public PendingBatch Batch = batch;

    /// <summary>Tells this write from every other one of this writer: part of the mark on the event.</summary>
    public long Number { get; } = number;

    /// <summary>When it was first tried.</summary>
    public DateTime? FirstTry { get; set; }

    /// <summary>Set at the first try.</summary>
    public DateTime Deadline { get; set; }

    public int Attempts { get; set; }

    public Exception? LastError { get; set; }

    /// <summary>A create was sent without an answer: it may have been applied, and may still be until its name is taken.</summary>
    public bool LostCreate { get; set; }

    /// <summary>A patch was sent without an answer: it may have been applied, and may still be while the event has the version that the patch named.</summary>
    public bool LostPatch { get; set; }

    /// <summary>What was sent without an answer may have been applied, or may still be.</summary>
    public bool AnswerLost => LostCreate || LostPatch;

    /// <summary>A request that changes the event is on its way, and its worker has not heard of it yet.</summary>
    public bool IsSending
    {
        get => _isSending;
        private set => _isSending = value;
    }

    /// <summary>Whether a request may have been applied, asked by who does not wait for the worker any longer.</summary>
    public bool MayBeApplied => IsSending || AnswerLost;

    /// <summary>When the first request was sent that may have been applied, if <see cref="MayBeApplied"/>.</summary>
    public DateTime LostSince { get; set; }

    /// <summary>How often in this try other writers came first, or the name was taken.</summary>
    public int Conflicts { get; set; }

    public bool PatchWasRefused { get; set; }

    /// <summary>The annotations of earlier writes were removed from the event, to make room for those of this one.</summary>
    public bool MadeRoom { get; set; }

    /// <summary>Another group or namespace was tried than the one that comes first.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>Why the other API group was tried.</summary>
    public Exception? Forbidden { get; set; }

    /// <summary>When this try began, the other group had taken an event since the preferred one was forbidden.</summary>
    public bool OtherGroupTookOne { get; set; }

    /// <summary>Hears, before it is used, the suffix of a name that was made for this write: who goes on after us must know it.</summary>
    public Action<string>? OwnNameChosen { get; init; }

    /// <summary>What the request is for that is on its way, or comes next.</summary>
    public WriteStep Step { get; set; }

    /// <summary>What the last create was to make.</summary>
    public KubeEvent? Created { get; set; }

    /// <summary>The last create took a name for this write alone, since the role allows no patch.</summary>
    public bool CreatesOnly { get; set; }

    /// <summary>The role did not allow this write to patch.</summary>
    public bool PatchIsForbidden { get; set; }

    /// <summary>The event by which this try asked whether the role allows a patch.</summary>
    public string? AskedEvent { get; set; }

    /// <summary>Why a create was refused after the answer to an earlier one was lost.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>A request that changes the event is sent now.</summary>
    public void Sending(DateTime timeOfDay)
    {
        if (!AnswerLost)
            LostSince = timeOfDay;
        IsSending = true;
    }

    /// <summary>It was answered, or never will be.</summary>
    public void Sent() => IsSending = false;

    /// <summary>It may have been applied.</summary>
    public void Lost(bool isCreate)
    {
        if (isCreate)
            LostCreate = true;
        else
            LostPatch = true;
    }

    /// <summary>What was sent without an answer has become known, or can no longer be applied.</summary>
    public void Resolved() => LostCreate = LostPatch = false;
}
