namespace EventRecording.PowerShell;

/// <summary>Something that the work behind a cmdlet has to say; only the thread of the pipeline passes it on to PowerShell.</summary>
internal abstract record CmdletMessage
{
    /// <summary>Called when it reaches the pipeline, which may be stopped before: until then somebody else may have to tell it.</summary>
    public Action? Told { get; init; }

    /// <summary>The same, naming the context where there are several.</summary>
    public virtual CmdletMessage In(string context) => this;

    private protected static string Name(string context, string text) => $"Context {SafeText.Quote(context)}: {text}";
}

/// <summary>What the events of one output can differ in, so that the table shows it of each.</summary>
[Flags]
internal enum EventSpan
{
    None = 0,
    Namespaces = 1,
    Contexts = 2,
}

/// <summary>An event for the pipeline.</summary>
/// <param name="Event">The event.</param>
/// <param name="Outcome">What became of the occurrence that was recorded.</param>
/// <param name="Change">What happened to it, where deleted ones are among them.</param>
/// <param name="Span">What its table begins with.</param>
/// <param name="SinceLast">How many occurrences it stands for, where a thing is told once.</param>
internal sealed record EventMessage(KubeEvent Event, EventOutcomeKind? Outcome = null, EventChange? Change = null, EventSpan Span = EventSpan.None, int? SinceLast = null) : CmdletMessage;

/// <summary>Several events for the pipeline, one by one: it costs as much to hand over many as one.</summary>
internal sealed record EventsMessage(IReadOnlyList<KubeEvent> Events, EventSpan Span) : CmdletMessage;

/// <summary>An event for the pipeline, about an object that has to do with the one that was asked about.</summary>
/// <param name="Event">The event, or the transition of a condition.</param>
/// <param name="Relation">What its object is to the other.</param>
/// <param name="Span">What its table begins with; it shows the relation where there is one cluster.</param>
internal sealed record RelatedEventMessage(KubeEvent Event, string Relation, EventSpan Span = EventSpan.None) : CmdletMessage;

/// <summary>Another object for the pipeline.</summary>
internal sealed record ObjectMessage(object Value) : CmdletMessage;

/// <summary>An error that does not end the cmdlet.</summary>
internal sealed record ErrorMessage(CmdletError Error) : CmdletMessage
{
    public override CmdletMessage In(string context) => this with { Error = Error with { Message = Name(context, Error.Message), Target = Error.Target ?? context } };
}

/// <summary>A line for <c>-Verbose</c>.</summary>
internal record VerboseMessage(string Text) : CmdletMessage
{
    public override CmdletMessage In(string context) => this with { Text = Name(context, Text) };
}

/// <summary>The server is waited for. Beside the line a bar says so, since whoever sits before it sees nothing else for as long as half a minute.</summary>
/// <param name="Text">The line.</param>
/// <param name="Why">What the server said, or could not.</param>
internal sealed record WaitingMessage(string Text, string Why) : VerboseMessage(Text);

/// <summary>An event was handed over: its own write tells what became of it.</summary>
internal sealed record HandedOverMessage(string Text) : VerboseMessage(Text);

/// <summary>A warning.</summary>
internal sealed record WarningMessage(string Text) : CmdletMessage
{
    public override CmdletMessage In(string context) => this with { Text = Name(context, Text) };
}

/// <summary>An event is not recorded yet, but kept in the spool.</summary>
internal sealed record SpooledMessage(string Text) : CmdletMessage;

/// <summary>How far a long list is.</summary>
/// <param name="Activity">What is done.</param>
/// <param name="Status">How far it is, in words.</param>
/// <param name="Percent">How far it is; <see langword="null"/> where nobody knows how long the list is.</param>
/// <param name="IsOver">It is at its end, and the bar goes away.</param>
internal sealed record ProgressMessage(string Activity, string Status, int? Percent, bool IsOver = false) : CmdletMessage
{
    public override CmdletMessage In(string context) => this with { Activity = Name(context, Activity) };
}

/// <summary>An error as a cmdlet reports it.</summary>
/// <param name="Id">One of <see cref="ErrorId"/>.</param>
/// <param name="Category">PowerShell's category.</param>
/// <param name="Message">What went wrong and what to do.</param>
/// <param name="Cause">The exception behind it.</param>
/// <param name="Target">The object that it is about.</param>
internal sealed record CmdletError(string Id, CmdletErrorCategory Category, string Message, Exception? Cause = null, object? Target = null);

/// <summary>The categories that occur here, by their names in PowerShell's <c>ErrorCategory</c>.</summary>
internal enum CmdletErrorCategory
{
    AuthenticationError,
    ConnectionError,
    InvalidArgument,
    InvalidData,
    LimitsExceeded,
    ObjectNotFound,
    OperationTimeout,
    PermissionDenied,
    ProtocolError,
    ResourceUnavailable,
    SecurityError,
    WriteError,
}
