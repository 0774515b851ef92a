using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Records one thing on each of many objects; what stands behind <c>Write-KubeEvent</c>.</summary>
internal sealed class EventWriting
{
    // A deadline of nothing is none.
    private static readonly TimeSpan ShortestWrite = TimeSpan.FromMilliseconds(1);

    private readonly ClusterSession _session;
    private readonly WriteRequest _request;
    // The session's, whose broadcaster nobody needs where a recorder is given.
    private readonly Lazy<EventRecorder?> _recorder;
    private readonly KubeEventRecorder? _givenRecorder;
    private readonly CancellationToken _cancellation;
    private readonly object _relatedLock = new();
    private readonly WriteTimeout _timeout;
    private Task<ObjectReference?>? _related;

    /// <param name="session">The cluster.</param>
    /// <param name="request">What to record.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="recorder">Takes what is handed over; default: the session does.</param>
    public EventWriting(ClusterSession session, WriteRequest request, CancellationToken cancellationToken, KubeEventRecorder? recorder = null)
    {
        _givenRecorder = recorder;
        _timeout = new WriteTimeout(request.Timeout);
        _session = session;
        _request = request;
        What = EventText.Of(request.Type, request.Reason, request.Message);
        _cancellation = cancellationToken;
        _recorder = new Lazy<EventRecorder?>(() => recorder is null ? session.Broadcaster.NewRecorder(request.Source) : null);
        if (recorder is null && string.IsNullOrWhiteSpace(request.Source.Component))
            throw new ArgumentException("-Component is empty: it says who records, such as redis-operator.");
        // The broadcaster sends what lies in the spool, also where there is nothing to record.
        if (session.SpoolPath is not null)
            _ = _recorder.Value;
    }

    /// <summary>What is recorded, for people.</summary>
    public string What { get; }

    /// <summary>Records on one object, and tells the event or the error.</summary>
    /// <param name="target">The object.</param>
    /// <param name="findsUid">Looks up the uid of an object that was given without it. Not for what is handed over: nobody waits for it.</param>
    public Task<CmdletMessage> WriteAsync(ObjectTarget target, bool findsUid = true) => TellAsync(target, target.ToText(), () => _session.Awaited.Begin(BeginAsync(target, findsUid)));

    private async Task<Task<CmdletMessage>> BeginAsync(ObjectTarget target, bool findsUid)
    {
        // What the lookup took, the write has no more.
        var deadline = new Deadline(_session.Time, _timeout.Current);
        var occurrence = await OccurrenceAsync(target, deadline).ConfigureAwait(false);
        // A name was looked up already.
        if (findsUid && target is KnownTarget)
            occurrence = occurrence with { Regarding = await _session.Uids.CompleteAsync(occurrence.Regarding, deadline.Left, _cancellation).ConfigureAwait(false) };
        return Record(target, occurrence with { WriteDeadline = Max(deadline.Left!.Value, ShortestWrite) });
    }

    /// <summary>Hands over what is to be recorded on one object, waiting only for room; tells only what makes that impossible.</summary>
    public Task<CmdletMessage> HandOverAsync(ObjectTarget target) => TellAsync(target, target.ToText(), () => _session.Awaited.Begin(BeginHandingOverAsync(target)));

    private async Task<Task<CmdletMessage>> BeginHandingOverAsync(ObjectTarget target) =>
        HandOverAsync(target, await OccurrenceAsync(target, new Deadline(_session.Time, _timeout.Current)).ConfigureAwait(false));

    private Task<CmdletMessage> HandOverAsync(ObjectTarget target, Occurrence occurrence) =>
        TellAsync(target, EventText.Of(occurrence.Regarding), async () =>
        {
            if (_givenRecorder is null)
                await _session.Background.AddAsync(() => Record(target, occurrence), _cancellation).ConfigureAwait(false);
            else
                await EnqueueAsync(_givenRecorder, occurrence).ConfigureAwait(false);
            return new HandedOverMessage($"{SafeText.Quote(_request.Reason)} on {EventText.Of(occurrence.Regarding)} is handed over.");
        });

    private async Task EnqueueAsync(KubeEventRecorder recorder, Occurrence occurrence)
    {
        try
        {
            await recorder.EnqueueAsync(occurrence, _cancellation).ConfigureAwait(false);
        }
        catch (Exception rejected) when (rejected is OccurrenceRejectedException or ObjectDisposedException)
        {
            // Sync-KubeEvent tells it, as all that goes wrong with a recorder.
        }
    }

    private async Task<Occurrence> OccurrenceAsync(ObjectTarget target, Deadline deadline)
    {
        // It happened now, however long the lookups take, and the waiting for room.
        var now = _session.Time.GetUtcNow();
        var resolving = ResolveAsync(target, deadline);
        // Made while the answer is on its way: the first of a process takes a while.
        _ = _recorder.Value;
        var regarding = await resolving.ConfigureAwait(false);
        return _request.On(regarding, await RelatedAsync().ConfigureAwait(false)) with { Timestamp = _request.Timestamp ?? now };
    }

    // To the end, also where the cmdlet is stopped: what was accepted has an outcome, and somebody tells it.
    private Task<CmdletMessage> Record(ObjectTarget target, Occurrence occurrence)
    {
        var recording = _recorder.Value!.RecordAsync(occurrence);
        // Only what was not accepted fails. The message would not tell it from what the server refused at once.
        if (recording.IsFaulted)
            recording.GetAwaiter().GetResult();
        return TellAsync(target, EventText.Of(occurrence.Regarding), async () =>
        {
            var outcome = await recording.ConfigureAwait(false);
            _timeout.Saw(outcome.Kind);
            return Describe(outcome, occurrence, target);
        });
    }

    private async Task<CmdletMessage> TellAsync(ObjectTarget target, string on, Func<Task<CmdletMessage>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (ErrorMapper.Map(e, target.Given) is { } error)
        {
            _timeout.Saw(e);
            return new ErrorMessage(RecordingError.NotRecorded(error with { Message = Join(error.Message, NotKept(target, e)) }, What, on));
        }
    }

    // Without the object there is no event that could be kept.
    private string NotKept(ObjectTarget target, Exception error) => target is NamedTarget && _session.SpoolPath is { } spool && PatientLookup.IsTransient(error)
        ? $"It is not kept in {spool} either: an object that is given by its name must be looked up first. Give the object itself, as of kubectl get -o json | ConvertFrom-Json."
        : "";

    private static string Join(string sentence, string next) => next.Length == 0 ? sentence : $"{sentence.TrimEnd('.')}. {next}";

    private Task<ObjectReference> ResolveAsync(ObjectTarget target, Deadline deadline) =>
        _session.Lookup(deadline).FindAsync(target, _request.Namespace, _cancellation);

    // Looked up once for all, but a failure is no answer for those that come later.
    private Task<ObjectReference?> RelatedAsync()
    {
        lock (_relatedLock)
        {
            if (_related is not { IsFaulted: false, IsCanceled: false })
                _related = ResolveRelatedAsync();
            return _related;
        }
    }

    private async Task<ObjectReference?> ResolveRelatedAsync() =>
        _request.Related is { } related ? await ResolveAsync(related, new Deadline(_session.Time, _timeout.Current)).ConfigureAwait(false) : null;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private CmdletMessage Describe(EventOutcome outcome, Occurrence occurrence, ObjectTarget target)
    {
        var on = EventText.Of(occurrence.Regarding);
        if (outcome.Kind == EventOutcomeKind.Unchanged)
            return new VerboseMessage(EventText.Unchanged(What, on, outcome.Event!, _session.Time.GetUtcNow()));
        if (outcome is { IsOnServer: true, Event: { } written })
            return new EventMessage(written, outcome.Kind);
        if (outcome.IsOnServer)
            return new VerboseMessage($"{SafeText.Quote(_request.Reason)} is recorded on {on}; the answer was lost and the role may not read the event back.");
        if (outcome.Kind == EventOutcomeKind.Spooled)
            return new SpooledMessage(EventText.Spooled(What, on, _session.SpoolPath!, outcome.Error!));
        var kind = outcome.Kind switch
        {
            EventOutcomeKind.Failed => EventFailureKind.Failed,
            EventOutcomeKind.Unknown => EventFailureKind.Unknown,
            _ => EventFailureKind.Refused,
        };
        return new ErrorMessage(RecordingError.Of(kind, outcome.Error!, target.Given, What, on));
    }
}
