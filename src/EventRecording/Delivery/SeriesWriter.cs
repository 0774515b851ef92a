
namespace EventRecording;

/// <summary>Brings one write to the server: create, adopt what is there, count up, find out what became of a lost answer.</summary>
/// <remarks>The caller owns the write and its series while this runs. What is tried again later is decided by the caller's schedule.</remarks>
internal sealed class SeriesWriter(IEventSink sink, ServerCapabilities capabilities, EventBroadcasterOptions options, MonotonicClock clock)
{
    // Other writers won as often in a row: time to step back for a moment.
    private const int MostConflicts = 5;

    private const string AnnotationsCut = "The annotations of several occurrences of one event exceed together what the API takes (262,144 bytes): the event keeps those of the latest.";

    // A loop that records on change as fast as it can asks the server as often, no more.
    private static readonly TimeSpan UnchangedFor = TimeSpan.FromSeconds(1);

    private readonly EventBody _body = new(options);
    private readonly EventPlacement _placement = new(capabilities, options.Random);

    /// <summary>Tries a write until it is settled or has to wait.</summary>
    public async ValueTask<WriteResult> TryWriteAsync(SeriesWrite write, RequestCancellation requests)
    {
        Prepare(write);
        var activity = RecorderInstruments.StartTry(write);
        WriteResult? result = null;
        try
        {
            while (result is null && write.Conflicts < MostConflicts)
                result = await StepAsync(write, requests).ConfigureAwait(false);
            result ??= WriteResult.TryAgain(write.LastError!);
        }
#pragma warning disable CA1031 // Whatever a sink throws is an outcome, never the end of the loop.
        catch (Exception error)
#pragma warning restore CA1031
        {
            result = Explain(write, requests, error);
        }

        requests.End();
        if (write.IsElsewhere && result.Value.Event is not null)
            _placement.Keep(write.Series, isOtherGroup: write.Forbidden is not null);
        RecorderInstruments.End(activity, result.Value);
        return result.Value;
    }

    private void Prepare(SeriesWrite write)
    {
        write.Attempts++;
        write.Conflicts = 0;
        // What was made for one write is not for the next.
        if (write.Series.Event is not { } known || (write.FirstTry is null && known.HasOwnName && !write.AnswerLost))
            write.Series.Event = _placement.Place(write.Series);
        if (write.Batch.AnnotationsCut)
            capabilities.SayOnce(AnnotationsCut);
        write.FirstTry ??= clock.Now;
        write.Deadline ??= write.FirstTry + write.Batch.DeadlineOr(options.WriteDeadline);
    }

    private WriteResult Explain(SeriesWrite write, RequestCancellation requests, Exception error)
    {
        if (requests.IsAborted)
            return WriteResult.GivenUp(write.AnswerLost, new ObjectDisposedException(nameof(EventBroadcaster), "The broadcaster was disposed before the event was written."));
        if (error is OperationCanceledException)
            error = new TimeoutException("The API server did not answer in time.", error);
        write.LastError = error;
        if (WriteErrors.IsPassing(error))
            return WriteResult.TryAgain(error);
        // Where both groups are forbidden, the rule that is missing is the one of the preferred group.
        if (write.Forbidden is { } first && error is KubernetesApiException second && WriteErrors.IsForbiddenByRole(second, "create"))
        {
            error = first;
            // The next write of the series begins with it, too.
            _placement.TryOtherGroup(write.Series);
        }

        return error is KubernetesApiException && !write.AnswerLost ? WriteResult.Refused(error) : WriteResult.GivenUp(write.AnswerLost, error);
    }

    private ValueTask<WriteResult?> StepAsync(SeriesWrite write, RequestCancellation requests)
    {
        var known = write.Series.Event!;
        if (known.ResourceVersion is null)
            return CreateAsync(write, known, requests);
        // A patch whose answer was lost is sent again under the version it named: the server applies one of the two, and answers 409 to the other.
        if (write.Batch.Values?.ChangeNothing(known.Value) != true)
            return CountUpAsync(write, known, requests);
        // Others may have changed the value since it was seen.
        return known.Seen is { } seen && clock.Now - seen.At < UnchangedFor
            ? new(WriteResult.OnServer(EventOutcomeKind.Unchanged, seen.Event))
            : ReadBackAsync(write, known, requests);
    }

    private async ValueTask<WriteResult?> CreateAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        // Without patch there is no value to compare with: then the server's refusal is the outcome.
        var createsOnly = known.HasOwnName || (!IsOnChange(write) && capabilities.CreatesOnly(known.Namespace, known.ApiVersion));
        write.Batch.Values?.ComeAfter(null);
        if (createsOnly && !write.AnswerLost)
        {
            _placement.UseOwnName(write.Series);
            write.OwnNameChosen?.Invoke(known.Suffix);
        }

        var highest = createsOnly ? 0 : known.HighestCount;
        var count = (int)Math.Min(int.MaxValue, (long)highest + write.Batch.Changes);
        var first = highest > 0 && known.First < write.Batch.First ? known.First : write.Batch.First;
        var request = _body.Create(write, known, count, first, clock.TimeOfDay);
        try
        {
            var created = await SendAsync(write, requests, request, static (sink, request, token) => sink.CreateAsync(request, token)).ConfigureAwait(false);
            if (!createsOnly)
                Remember(write, known, created);
            return WriteResult.OnServer(EventOutcomeKind.Created, created);
        }
        catch (KubernetesApiException error) when (WriteErrors.IsTaken(error) && createsOnly)
        {
            write.LastError = error;
            write.Conflicts++;
            if (!write.AnswerLost)
                return null;

            // Nobody else uses that name: the lost request was applied. Whose event has the common name, nobody may read.
            return known.HasOwnName ? WriteResult.OnServer(EventOutcomeKind.Created, request) : WriteResult.GivenUp(answerLost: true, error);
        }
        catch (KubernetesApiException error) when (WriteErrors.IsTaken(error) || (write.AnswerLost && !createsOnly && WriteErrors.IsRefusal(error)))
        {
            // A refusal now says nothing of the request whose answer was lost: look for its event.
            write.LastError = error;
            write.Conflicts++;
            var result = await AdoptAsync(write, known, requests).ConfigureAwait(false);
            // The event is not there, or not yet: nobody can say more.
            if (result is null && write.LostCreate && WriteErrors.IsRefusal(error))
                throw;
            return result;
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && TryElsewhere(write, error))
        {
            return null;
        }
    }

    /// <summary>The name is taken: by the event of our series, which is counted up, or by a stranger's, which is left alone.</summary>
    private async ValueTask<WriteResult?> AdoptAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        if (await ReadAsync(write, known, requests).ConfigureAwait(false) is not { } found)
            return null;
        if (write.Series.Mark.IsOn(found, write.Number))
            return Applied(write, known, EventOutcomeKind.Created, found);
        if (EventBody.Holds(found, write.Series, known) && HasRoom(found.Count, write))
            return RememberAndCompare(write, known, found);
        UseNextName(write);
        return null;
    }

    private async ValueTask<WriteResult?> CountUpAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        if (!HasRoom(known.Count, write))
        {
            UseNextName(write);
            return null;
        }

        write.Batch.Values?.ComeAfter(known.Value);
        try
        {
            var patched = await SendAsync(write, requests, _body.CountUp(write, known, clock.TimeOfDay), static (sink, request, token) => sink.PatchAsync(request, token)).ConfigureAwait(false);
            known.StaleAnnotations = null;
            Remember(write, known, patched);
            return WriteResult.OnServer(EventOutcomeKind.Counted, patched);
        }
        catch (KubernetesApiException error) when (WriteErrors.IsGone(error))
        {
            Forget(write, known);
            return null;
        }
        catch (KubernetesApiException error) when (WriteErrors.IsConflict(error))
        {
            write.LastError = error;
            write.Conflicts++;
            // What was to be removed was that of another version.
            write.MadeRoom = false;
            return await ReadBackAsync(write, known, requests).ConfigureAwait(false);
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && !IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch"))
        {
            capabilities.UseCreateOnly(known.Namespace, known.ApiVersion);
            known.ResourceVersion = null;
            return null;
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && !write.MadeRoom && WriteErrors.IsTooManyAnnotations(error))
        {
            write.MadeRoom = true;
            return await MakeRoomAsync(write, known, requests).ConfigureAwait(false);
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && WriteErrors.IsRefusal(error) && !write.PatchWasRefused && !NeedsPatch(write, error))
        {
            // An event under our name that cannot be patched must not stop ours.
            write.PatchWasRefused = true;
            write.LastError = error;
            UseNextName(write);
            return null;
        }
    }

    /// <summary>Finds out what the server has: ours, if an answer was lost, or what another writer wrote before us.</summary>
    private async ValueTask<WriteResult?> ReadBackAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        if (await ReadAsync(write, known, requests).ConfigureAwait(false) is not { } found)
            return null;
        if (write.Series.Mark.IsOn(found, write.Number))
            return Applied(write, known, EventOutcomeKind.Counted, found);
        if (EventBody.Holds(found, write.Series, known))
            return RememberAndCompare(write, known, found);
        UseNextName(write);
        return null;
    }

    /// <summary>What earlier writes left on the event and this one has no room for goes with the next patch; the marks stay.</summary>
    private async ValueTask<WriteResult?> MakeRoomAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        if (await ReadAsync(write, known, requests).ConfigureAwait(false) is not { } found)
            return null;
        var ours = write.Batch.Details?.Annotations;
        known.StaleAnnotations = [.. known.StaleAnnotations ?? [], .. found.Annotations.Keys.Where(name =>
            !name.StartsWith(WriterMark.Domain, StringComparison.Ordinal) && ours?.ContainsKey(name) != true)];
        capabilities.SayOnce(AnnotationsCut);
        if (EventBody.Holds(found, write.Series, known))
            return RememberAndCompare(write, known, found);
        UseNextName(write);
        return null;
    }

    /// <summary>Reads the event by an empty patch; <see langword="null"/> if that is not possible and the next step is another.</summary>
    private async ValueTask<KubeEvent?> ReadAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        var request = new EventPatch { ApiVersion = known.ApiVersion, Namespace = known.Namespace, Name = known.Name };
        try
        {
            var found = await sink.PatchAsync(request, Begin(write, requests)).ConfigureAwait(false);
            known.StaleAnnotations = write.Series.Mark.Stale(found, clock.TimeOfDay);
            return found;
        }
        catch (KubernetesApiException error) when (WriteErrors.IsGone(error))
        {
            Forget(write, known);
            return null;
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && !IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch"))
        {
            capabilities.UseCreateOnly(known.Namespace, known.ApiVersion);
            known.ResourceVersion = null;
            return null;
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && WriteErrors.IsRefusal(error) && !NeedsPatch(write, error))
        {
            // Unreadable: a stranger's, as far as we can know.
            UseNextName(write);
            return null;
        }
    }

    private async ValueTask<KubeEvent> SendAsync<T>(SeriesWrite write, RequestCancellation requests, T request, Func<IEventSink, T, CancellationToken, ValueTask<KubeEvent>> send)
    {
        if (!write.AnswerLost)
            write.LostSince = clock.TimeOfDay;
        write.IsSending = true;
        try
        {
            var answer = await send(sink, request, Begin(write, requests)).ConfigureAwait(false);
            // The name is taken now, and the version a new one: nothing that was sent before can be applied any more.
            write.Resolved();
            return answer;
        }
        catch (Exception error) when (WriteErrors.MayBeApplied(error))
        {
            if (request is KubeEvent)
                write.LostCreate = true;
            else
                write.LostPatch = true;
            throw;
        }
        finally
        {
            write.IsSending = false;
        }
    }

    /// <summary>The role, or the rule about cluster-scoped objects, may allow the event elsewhere.</summary>
    private bool TryElsewhere(SeriesWrite write, KubernetesApiException error)
    {
        if (WriteErrors.IsWrongNamespace(error) && EventPlacement.TryOtherNamespace(write.Series))
            return write.IsElsewhere = true;
        if (!WriteErrors.IsForbiddenByRole(error, "create") || write.Forbidden is not null || !_placement.TryOtherGroup(write.Series))
            return false;
        write.Forbidden = error;
        return write.IsElsewhere = true;
    }

    private WriteResult Applied(SeriesWrite write, KnownEvent known, EventOutcomeKind outcome, KubeEvent found)
    {
        write.Resolved();
        Remember(write, known, found);
        return WriteResult.OnServer(outcome, found);
    }

    /// <summary>The event is ours: what is left to do starts from what it holds.</summary>
    /// <returns><see cref="EventOutcomeKind.Unchanged"/> if that is nothing.</returns>
    private WriteResult? RememberAndCompare(SeriesWrite write, KnownEvent known, KubeEvent found)
    {
        write.LostCreate = false;
        // Only another version than the one that the lost patch named says that it was not applied and never will be.
        if (known.ResourceVersion is { } named && named != found.ResourceVersion)
            write.LostPatch = false;
        Remember(write, known, found);
        return write.Batch.Values?.ChangeNothing(known.Value) == true ? WriteResult.OnServer(EventOutcomeKind.Unchanged, found) : null;
    }

    private static bool IsOnChange(SeriesWrite write) => write.Series.Key.Kind == SeriesKind.OnChange;

    private static bool NeedsPatch(SeriesWrite write, KubernetesApiException error) => IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch");

    private static bool HasRoom(int count, SeriesWrite write) => count >= 0 && (long)count + write.Batch.Count <= int.MaxValue;

    private CancellationToken Begin(SeriesWrite write, RequestCancellation requests) => requests.Begin(write.Deadline!.Value - clock.Now);

    private void UseNextName(SeriesWrite write)
    {
        _placement.UseNextName(write.Series);
        if (KnownEvent.IsRandom(write.Series.Event!.Suffix))
            write.OwnNameChosen?.Invoke(write.Series.Event.Suffix);
    }

    /// <summary>The event is gone, and with it the version that a lost patch named; a lost create may still come.</summary>
    private static void Forget(SeriesWrite write, KnownEvent known)
    {
        write.LostPatch = false;
        known.ResourceVersion = null;
    }

    private void Remember(SeriesWrite write, KnownEvent known, KubeEvent seen)
    {
        known.Seen = IsOnChange(write) ? (seen, clock.Now) : null;
        known.ResourceVersion = seen.ResourceVersion;
        known.Count = seen.Count;
        known.Value = ValueMark.On(seen);
        known.HighestCount = Math.Max(known.HighestCount, seen.Count);
        known.First = seen.FirstSeen?.UtcDateTime ?? DateTimeOffset.MaxValue.UtcDateTime;
        known.Last = seen.LastSeen?.UtcDateTime ?? DateTimeOffset.MinValue.UtcDateTime;
    }
}
