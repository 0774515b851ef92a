using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Records one thing on each of many objects; what stands behind <c>Write-KubeEvent</c>.</summary>
internal sealed class EventWriting
{
    private readonly ClusterSession _session;
    private readonly WriteRequest _request;
    private readonly EventRecorder _recorder;
    private readonly CancellationToken _cancellation;
    private readonly Lazy<Task<ObjectReference?>> _related;

    public EventWriting(ClusterSession session, WriteRequest request, CancellationToken cancellationToken)
    {
        _session = session;
        _request = request;
        _cancellation = cancellationToken;
        _recorder = session.Broadcaster.NewRecorder(request.Source);
        _related = new Lazy<Task<ObjectReference?>>(ResolveRelatedAsync);
    }

    /// <summary>Records on one object, and tells the event or the error.</summary>
    public async Task<CmdletMessage> WriteAsync(ObjectTarget target)
    {
        ObjectReference? regarding = null;
        try
        {
            regarding = await ResolveAsync(target).ConfigureAwait(false);
            var related = await _related.Value.ConfigureAwait(false);
            var occurrence = _request.On(regarding, related);
            var outcome = await _recorder.RecordAsync(occurrence, _cancellation).ConfigureAwait(false);
            return Describe(outcome, occurrence, target);
        }
        catch (Exception e) when (ErrorMapper.Map(e, target.Given) is { } error)
        {
            return NotRecorded(error, regarding is null ? EventText.Of(target) : EventText.Of(regarding));
        }
    }

    private Task<ObjectReference> ResolveAsync(ObjectTarget target) =>
        new TargetResolver(_session).ResolveExistingAsync(target, _request.Namespace, _cancellation);

    private async Task<ObjectReference?> ResolveRelatedAsync() =>
        _request.Related is { } related ? await ResolveAsync(related).ConfigureAwait(false) : null;

    private CmdletMessage Describe(EventOutcome outcome, Occurrence occurrence, ObjectTarget target)
    {
        var on = EventText.Of(occurrence.Regarding);
        if (outcome is { IsOnServer: true, Event: { } written })
            return new EventMessage(written, outcome.Kind);
        if (outcome.IsOnServer)
            return new VerboseMessage($"{_request.Reason} is recorded on {on}; the answer was lost and the role may not read the event back.");
        if (outcome.Kind == EventOutcomeKind.Spooled)
            return new WarningMessage(EventText.Spooled(EventText.Of(_request.Type, _request.Reason, _request.Message), on, _session.SpoolPath!, outcome.Error!));
        var error = ErrorMapper.Map(outcome.Error!, target.Given)
            ?? new CmdletError(ErrorId.EventNotWritten, CmdletErrorCategory.WriteError, outcome.Error!.Message, outcome.Error, target.Given);
        return NotRecorded(outcome.Kind switch
        {
            EventOutcomeKind.Failed => error with { Id = ErrorId.EventNotWritten },
            EventOutcomeKind.Unknown => error with { Id = ErrorId.EventOutcomeUnknown },
            _ => error,
        }, on);
    }

    private ErrorMessage NotRecorded(CmdletError error, string on)
    {
        var what = EventText.Of(_request.Type, _request.Reason, _request.Message);
        var fate = error.Id == ErrorId.EventOutcomeUnknown ? "May be recorded or not" : "Not recorded";
        return new ErrorMessage(error with { Message = $"{fate} on {on}: {what}. {error.Message}" });
    }
}
