namespace EventRecording.PowerShell;

/// <summary>Something that the work behind a cmdlet has to say; only the thread of the pipeline passes it on to PowerShell.</summary>
internal abstract record CmdletMessage;

/// <summary>An event for the pipeline.</summary>
/// <param name="Event">The event.</param>
/// <param name="Outcome">What became of the occurrence that was recorded.</param>
/// <param name="Change">What happened to it, where deleted ones are among them.</param>
/// <param name="ShowsNamespace">Events of several namespaces come, so that its table begins with its own.</param>
internal sealed record EventMessage(KubeEvent Event, EventOutcomeKind? Outcome = null, EventChange? Change = null, bool ShowsNamespace = false) : CmdletMessage;

/// <summary>Several events for the pipeline, one by one: it costs as much to hand over many as one.</summary>
internal sealed record EventsMessage(IReadOnlyList<KubeEvent> Events, bool ShowNamespace) : CmdletMessage;

/// <summary>Another object for the pipeline.</summary>
internal sealed record ObjectMessage(object Value) : CmdletMessage;

/// <summary>An error that does not end the cmdlet.</summary>
internal sealed record ErrorMessage(CmdletError Error) : CmdletMessage;

/// <summary>A line for <c>-Verbose</c>.</summary>
internal sealed record VerboseMessage(string Text) : CmdletMessage;

/// <summary>A warning.</summary>
internal sealed record WarningMessage(string Text) : CmdletMessage;

/// <summary>An event is not recorded yet, but kept in the spool.</summary>
internal sealed record SpooledMessage(string Text) : CmdletMessage;

/// <summary>How far a long list is.</summary>
/// <param name="Activity">What is done.</param>
/// <param name="Status">How far it is, in words.</param>
/// <param name="Percent">How far it is; <see langword="null"/> where nobody knows how long the list is.</param>
/// <param name="IsOver">It is at its end, and the bar goes away.</param>
internal sealed record ProgressMessage(string Activity, string Status, int? Percent, bool IsOver = false) : CmdletMessage;

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
