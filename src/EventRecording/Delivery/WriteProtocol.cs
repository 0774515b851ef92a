namespace EventRecording;

/// <summary>What a write asks the server next, and what each answer comes to: create, adopt what is there, count up, find out what became of a lost answer. It sends nothing.</summary>
/// <remarks>The caller owns the write and its series.</remarks>
internal sealed class WriteProtocol(ServerCapabilities capabilities, EventPlacement placement, MonotonicClock clock, TimeSpan writeDeadline, bool hasSpool)
{
    // Other writers won as often in a row: time to step back for a moment.
    private const int MostConflicts = 5;

    private const string AnnotationsCut = "The annotations of several occurrences of one event exceed together what the API takes (262,144 bytes): the event keeps those of the latest.";

    private const string NoRoomForMarks = "The marks of other recorders, which stay on an event for minutes, leave no room for another one (262,144 bytes of annotations): its series goes on in a new event. One recorder for many events leaves one mark.";

    // A loop that records on change as fast as it can asks the server as often, no more.
    private static readonly TimeSpan UnchangedFor = TimeSpan.FromSeconds(1);

    /// <summary>A try of the write begins.</summary>
    public void Begin(SeriesWrite write)
    {
        write.Attempts++;
        write.Conflicts = 0;
        write.Step = WriteStep.Undecided;
        write.AskedEvent = null;
        // Not for each repeat of what is there.
        write.OtherGroupTookOne = write.Series.Event?.ResourceVersion is null && capabilities.OtherGroupTookOne(write.Series.Key.Regarding.Namespace);
        // What was made for one write is not for the next.
        if (write.Series.Event is not { } known || (write.FirstTry is null && known.HasOwnName && !write.AnswerLost))
            write.Series.Event = placement.Place(write.Series);
        if (write.Batch.AnnotationsCut)
            capabilities.WarnOnce(AnnotationsCut);
        write.FirstTry ??= clock.Now;
        write.Deadline = write.FirstTry.Value + write.Batch.DeadlineOr(writeDeadline);
    }

    /// <summary>A try of the write has ended so.</summary>
    public void End(SeriesWrite write, WriteResult result)
    {
        if (write.IsElsewhere && result.Event is not null)
            placement.Keep(write);
    }

    /// <summary>Says what the next request is for, unless the last answer did.</summary>
    /// <returns>The outcome, where no request is needed or none helps.</returns>
    public WriteResult? Choose(SeriesWrite write)
    {
        while (write.Step == WriteStep.Undecided)
        {
            if (write.Conflicts >= MostConflicts)
                return WriteResult.TryAgain(write.LastError!);
            var known = write.Series.Event!;
            if (known.ResourceVersion is null)
                PrepareCreate(write, known);
            else if (write.Batch.Values?.ChangeNothing(known.Value) == true)
            {
                // Others may have changed the value since it was seen.
                if (known.Seen is { } seen && clock.Now - seen.At < UnchangedFor)
                    return WriteResult.OnServer(EventOutcomeKind.Unchanged, seen.Event);
                write.Step = WriteStep.ReadBack;
            }
            else if (HasRoom(known.Count, write))
                write.Step = WriteStep.CountUp;
            else
                UseNextName(write);
        }

        return null;
    }

    /// <summary>What an answer comes to; <see langword="null"/> if another request has to follow.</summary>
    /// <param name="write">The write.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="isAborted">No further request is sent: the broadcaster was disposed.</param>
    /// <exception cref="InvalidOperationException">There is none, or it is not the event: what was sent is as if its answer had been lost.</exception>
    public WriteResult? Hear(SeriesWrite write, KubeEvent? answer, bool isAborted)
    {
        if (answer is null)
            throw new InvalidOperationException("The sink answered null instead of the event.");
        if (write.Step == WriteStep.AskRole)
        {
            capabilities.UsePatch(write.Series.Event!.Namespace, write.Series.Event.ApiVersion);
            write.Step = WriteStep.Undecided;
            return null;
        }

        if (!write.Series.Event!.IsIn(answer))
            throw new InvalidOperationException("What was answered with success is not the event that was sent: something else than an API server may have answered.");
        var (step, known) = (write.Step, write.Series.Event!);
        write.Step = WriteStep.Undecided;
        if (step is not (WriteStep.Create or WriteStep.CountUp))
        {
            known.StaleAnnotations = write.Series.Mark.Stale(answer, clock.TimeOfDay);
            var result = Read(write, known, answer, step);
            return step == WriteStep.Adopt ? AfterAdoption(write, result, isAborted) : result;
        }

        // The name is taken now, and the version a new one: nothing that was sent before can be applied any more.
        write.Resolved();
        write.Sent();
        if (step == WriteStep.CountUp)
            known.StaleAnnotations = null;
        if (step == WriteStep.CountUp || !write.CreatesOnly)
            Remember(write, known, answer);
        else if (write.PatchIsForbidden)
            capabilities.UseCreateOnly(known.Namespace, known.ApiVersion, answer.Name);
        return WriteResult.OnServer(step == WriteStep.Create ? EventOutcomeKind.Created : EventOutcomeKind.Counted, answer);
    }

    /// <inheritdoc cref="Hear(SeriesWrite, KubeEvent, bool)"/>
    public WriteResult? Hear(SeriesWrite write, Exception error, bool isAborted)
    {
        var step = write.Step;
        write.Step = WriteStep.Undecided;
        if (write.IsSending && WriteErrors.MayBeApplied(error))
            write.Lost(step == WriteStep.Create);
        write.Sent();
        try
        {
            WriteResult? result = null;
            var goesOn = error is KubernetesApiException refusal && step switch
            {
                WriteStep.Undecided => false,
                WriteStep.Create => GoesOnAfterCreate(write, refusal, out result),
                WriteStep.CountUp => GoesOnAfterCountUp(write, write.Series.Event!, refusal),
                WriteStep.AskRole => GoesOnAfterQuestion(write.Series.Event!, refusal),
                _ => GoesOnAfterRead(write, write.Series.Event!, refusal),
            };
            if (goesOn)
                return step == WriteStep.Adopt ? AfterAdoption(write, result, isAborted) : result;
        }
#pragma warning disable CA1031 // A fault of ours, or of a caller's source of randomness, is an outcome too.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            error = thrown;
        }

        return Explain(write, error, isAborted);
    }

    private void PrepareCreate(SeriesWrite write, KnownEvent known)
    {
        // Without patch there is no value to compare with: then the server's refusal is the outcome.
        write.CreatesOnly = known.HasOwnName || (!IsOnChange(write) && (write.PatchIsForbidden || capabilities.CreatesOnly(known.Namespace, known.ApiVersion)));
        if (write is { CreatesOnly: true, PatchIsForbidden: false, AskedEvent: null } && !known.HasOwnName && capabilities.EventToAsk(known.Namespace, known.ApiVersion) is { } name)
        {
            write.AskedEvent = name;
            write.Step = WriteStep.AskRole;
            return;
        }

        write.Step = WriteStep.Create;
        write.Batch.Values?.ComeAfter(null);
        if (!write.CreatesOnly || write.AnswerLost)
            return;
        placement.UseOwnName(write.Series);
        write.OwnNameChosen?.Invoke(known.Suffix);
    }

    /// <summary>What the server has: ours, if an answer was lost, what another writer wrote before us, or a stranger's, which is left alone.</summary>
    private WriteResult? Read(SeriesWrite write, KnownEvent known, KubeEvent found, WriteStep step)
    {
        if (step != WriteStep.MakeRoom && write.Series.Mark.IsOn(found, write.Number))
            return Applied(write, known, step, found);
        if ((step != WriteStep.MakeRoom || MakeRoom(write, known, found)) && EventBody.Holds(found, write.Series, known) && (step != WriteStep.Adopt || HasRoom(found.Count, write)))
            return RememberAndCompare(write, known, found);
        UseNextName(write);
        return null;
    }

    /// <summary>What earlier writes left on the event and this one has no room for goes with the next patch; the marks stay.</summary>
    /// <returns>Whether there is anything that may go.</returns>
    private bool MakeRoom(SeriesWrite write, KnownEvent known, KubeEvent found)
    {
        var ours = write.Batch.Details?.Annotations;
        var earlier = found.Annotations.Keys.Where(name => !name.StartsWith(WriterMark.Domain, StringComparison.Ordinal) && ours?.ContainsKey(name) != true).ToList();
        if (earlier.Count > 0)
            capabilities.WarnOnce(AnnotationsCut);
        else if (known.StaleAnnotations is null)
            capabilities.WarnOnce(NoRoomForMarks);
        known.StaleAnnotations = [.. known.StaleAnnotations ?? [], .. earlier];
        return known.StaleAnnotations.Count > 0;
    }

    /// <summary>There is something to do about a create that was refused.</summary>
    private bool GoesOnAfterCreate(SeriesWrite write, KubernetesApiException error, out WriteResult? result)
    {
        result = null;
        var isTaken = WriteErrors.IsTaken(error);
        if (!isTaken && !(write.AnswerLost && !write.CreatesOnly && WriteErrors.IsRefusal(error)))
            return !write.AnswerLost && TryElsewhere(write, error);
        write.LastError = error;
        write.Conflicts++;
        if (!write.CreatesOnly)
        {
            // A refusal now says nothing of the request whose answer was lost: look for its event.
            write.Step = WriteStep.Adopt;
            write.Refusal = WriteErrors.IsRefusal(error) ? error : null;
        }
        else if (write.AnswerLost)
        {
            // Nobody else uses that name: the lost request was applied. Whose event has the common name, nobody may read.
            result = write.Series.Event!.HasOwnName ? WriteResult.OnServer(EventOutcomeKind.Created, write.Created) : WriteResult.GivenUp(answerLost: true, error);
        }

        return true;
    }

    /// <summary>There is something to do about a patch that was refused.</summary>
    private bool GoesOnAfterCountUp(SeriesWrite write, KnownEvent known, KubernetesApiException error)
    {
        if (WriteErrors.IsGone(error))
            Forget(write, known);
        else if (WriteErrors.IsConflict(error))
        {
            write.LastError = error;
            write.Conflicts++;
            // What was to be removed was that of another version.
            write.MadeRoom = false;
            write.Step = WriteStep.ReadBack;
        }
        else if (write.AnswerLost)
            return false;
        else if (!IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch"))
            CreateOnly(write, known);
        else if (!write.MadeRoom && WriteErrors.IsTooManyAnnotations(error))
        {
            write.MadeRoom = true;
            write.Step = WriteStep.MakeRoom;
        }
        else if (WriteErrors.IsRefusal(error) && !write.PatchWasRefused && !IsOnChange(write))
        {
            // An event under our name that cannot be patched must not stop ours.
            capabilities.PatchWasRefused(known, error);
            write.PatchWasRefused = true;
            write.LastError = error;
            UseNextName(write);
        }
        else
            return false;
        return true;
    }

    /// <summary>There is something to do about an event that could not be read.</summary>
    private bool GoesOnAfterRead(SeriesWrite write, KnownEvent known, KubernetesApiException error)
    {
        if (WriteErrors.IsGone(error))
            Forget(write, known);
        else if (write.AnswerLost)
            return false;
        else if (!IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch"))
            CreateOnly(write, known);
        else if (WriteErrors.IsRefusal(error) && !IsOnChange(write))
        {
            // Unreadable: a stranger's, as far as we can know.
            capabilities.PatchWasRefused(known, error);
            UseNextName(write);
        }
        else
            return false;
        return true;
    }

    /// <summary>There is something to do now that the role has answered.</summary>
    private bool GoesOnAfterQuestion(KnownEvent known, KubernetesApiException error)
    {
        if (WriteErrors.IsForbiddenByRole(error, "patch"))
            capabilities.KeepCreateOnly(known.Namespace, known.ApiVersion);
        // The role is asked first: whatever else is wrong, such as an event that is gone, it allows it.
        else if (WriteErrors.IsGone(error) || WriteErrors.IsConflict(error) || WriteErrors.IsRefusal(error))
            capabilities.UsePatch(known.Namespace, known.ApiVersion);
        // Without an answer of the role it is as it was, and a create may be taken where patches fail.
        return !WriteErrors.IsTooMuch(error);
    }

    // That it never does is learned where a create is taken: a role that was taken away forbids all.
    private static void CreateOnly(SeriesWrite write, KnownEvent known)
    {
        write.PatchIsForbidden = true;
        known.ResourceVersion = null;
    }

    // The event is not there, or not yet: nobody can say more than the server did before.
    private WriteResult? AfterAdoption(SeriesWrite write, WriteResult? result, bool isAborted) =>
        result is null && write.LostCreate && write.Refusal is { } refusal ? Explain(write, refusal, isAborted) : result;

    /// <summary>The role, or the rule about cluster-scoped objects, may allow the event elsewhere.</summary>
    private bool TryElsewhere(SeriesWrite write, KubernetesApiException error)
    {
        if (WriteErrors.IsWrongNamespace(error) && EventPlacement.TryOtherNamespace(write.Series))
            return write.IsElsewhere = true;
        if (!WriteErrors.IsForbiddenByRole(error, "create") || write.Forbidden is not null || !placement.TryOtherGroup(write.Series))
            return false;
        // Of the other group that is another right.
        write.PatchIsForbidden = false;
        write.Forbidden = error;
        return write.IsElsewhere = true;
    }

    private WriteResult Applied(SeriesWrite write, KnownEvent known, WriteStep step, KubeEvent found)
    {
        // Of what the spool kept, nobody knows whether it was sent by a create or by a patch.
        var isCreated = step == WriteStep.Adopt && (!write.LostPatch || found.Count == write.Batch.Changes);
        write.Resolved();
        Remember(write, known, found);
        return WriteResult.OnServer(isCreated ? EventOutcomeKind.Created : EventOutcomeKind.Counted, found);
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

    private static bool HasRoom(int count, SeriesWrite write) => count >= 0 && (long)count + write.Batch.Count <= int.MaxValue;

    private WriteResult Explain(SeriesWrite write, Exception error, bool isAborted)
    {
        if (isAborted)
            return WriteResult.GivenUp(write.AnswerLost, WriteErrors.Disposed(write.LastError));
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
            placement.TryOtherGroup(write.Series);
        }

        return error is KubernetesApiException answer && !write.AnswerLost && IsFinal(write, answer) ? WriteResult.Refused(error) : WriteResult.GivenUp(write.AnswerLost, error);
    }

    // A credential that is not taken today may be tomorrow, if there is something that waits for it.
    private bool IsFinal(SeriesWrite write, KubernetesApiException error) =>
        WriteErrors.IsRefusal(error) || !hasSpool || !write.Batch.MayComeLate;

    private void UseNextName(SeriesWrite write)
    {
        placement.UseNextName(write.Series);
        write.MadeRoom = false;
        if (EventName.IsRandomSuffix(write.Series.Event!.Suffix))
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
        known.Seen = IsOnChange(write) ? new SeenEvent(seen, clock.Now) : null;
        known.ResourceVersion = seen.ResourceVersion;
        known.Count = seen.Count;
        known.Value = ValueMark.On(seen);
        known.HighestCount = Math.Max(known.HighestCount, seen.Count);
        known.First = seen.FirstSeen?.UtcDateTime ?? DateTimeOffset.MaxValue.UtcDateTime;
        known.Last = seen.LastSeen?.UtcDateTime ?? DateTimeOffset.MinValue.UtcDateTime;
    }
}
