namespace EventRecording.PowerShell;

/// <summary>Says of an occurrence that it is not recorded, on what, and why.</summary>
internal static class RecordingError
{
    /// <summary>An occurrence that did not reach the server.</summary>
    public static CmdletError Of(EventFailure failure)
    {
        // Of a damaged file of the spool only the name tells anything.
        if (failure is { Occurrence: null, WasSpooled: true })
            return Of(failure.Kind, failure.Error, null, failure.Count == 1 ? "an event" : $"{failure.Count} events", "objects that cannot be read any more");
        if (failure.Occurrence is not { } occurrence)
            return Of(failure.Kind, failure.Error, null, $"an event of {SafeText.Quote(failure.Source.Component)}", "the given object");
        var what = EventText.Of(occurrence.Type, occurrence.Reason, occurrence.Message);
        // Nothing could be made of the object.
        if (occurrence.Regarding is { Kind: null, Name: null })
            return Of(failure.Kind, failure.Error, null, what, "the given object");
        return Of(failure.Kind, failure.Error, occurrence.Regarding, failure.Count == 1 ? what : $"{what} ({failure.Count} times)", EventText.Of(occurrence.Regarding));
    }

    /// <summary>As <see cref="Of(EventFailure)"/>, with the object as it was given.</summary>
    public static CmdletError Of(EventFailureKind kind, Exception cause, object? target, string what, string on)
    {
        var error = ErrorMapper.Map(cause, target)
            ?? new CmdletError(ErrorId.EventNotWritten, CmdletErrorCategory.WriteError, cause.Message, cause, target);
        return NotRecorded(kind switch
        {
            EventFailureKind.Failed => error with { Id = ErrorId.EventNotWritten },
            EventFailureKind.Unknown => error with { Id = ErrorId.EventOutcomeUnknown },
            _ => error,
        }, what, on);
    }

    /// <summary>Puts before an error what was not recorded on what.</summary>
    public static CmdletError NotRecorded(CmdletError error, string what, string on)
    {
        var fate = error.Id == ErrorId.EventOutcomeUnknown ? "May be recorded or not" : "Not recorded";
        return error with { Message = $"{fate} on {on}: {what}. {error.Message}" };
    }
}
