
namespace EventRecording;

/// <summary>Brings one write to the server: create, adopt what is there, count up, find out what became of a lost answer.</summary>
/// <remarks>The caller owns the write and its series while this runs. What is tried again later is decided by the caller's schedule.</remarks>
internal sealed class SeriesWriter(IEventSink sink, ServerRules rules, EventBroadcasterOptions options, LoopClock clock)
{
    // Other writers won as often in a row: time to step back for a moment.
    private const int MostConflicts = 5;

    private readonly EventBody _body = new(options);
    private readonly EventPlaces _places = new(rules, options.Random);

    /// <summary>Tries a write until it is settled or has to wait.</summary>
    public async ValueTask<WriteResult> TryWriteAsync(SeriesWrite write, RequestSlot slot)
    {
        write.Attempts++;
        write.FirstTry ??= clock.Now;
        write.Deadline ??= write.FirstTry + write.Batch.DeadlineOr(options.WriteDeadline);
        write.Series.Server ??= _places.Place(write.Series);
        var activity = RecorderInstruments.StartTry(write);
        var result = await TakeStepsAsync(write, slot).ConfigureAwait(false);
        RecorderInstruments.End(activity, result);
        return result;
    }

    private async ValueTask<WriteResult> TakeStepsAsync(SeriesWrite write, RequestSlot slot)
    {
        write.Conflicts = 0;
        try
        {
            while (write.Conflicts < MostConflicts)
            {
                if (await StepAsync(write, slot).ConfigureAwait(false) is { } result)
                    return result;
            }

            return WriteResult.TryAgain(write.LastError!);
        }
#pragma warning disable CA1031 // Whatever a sink throws is an outcome, never the end of the loop.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Explain(write, slot, error);
        }
        finally
        {
            slot.End();
        }
    }

    private WriteResult Explain(SeriesWrite write, RequestSlot slot, Exception error)
    {
        if (slot.IsAborted)
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
            _places.TryOtherGroup(write.Series);
        }

        return error is KubernetesApiException && !write.AnswerLost ? WriteResult.Refused(error) : WriteResult.GivenUp(write.AnswerLost, error);
    }

    private ValueTask<WriteResult?> StepAsync(SeriesWrite write, RequestSlot slot)
    {
        var server = write.Series.Server!;
        if (server.ResourceVersion is null)
            return CreateAsync(write, server, slot);
        // Others may have changed the value since it was seen.
        var isToBeRead = write.AnswerLost || write.Batch.Values?.ChangeNothing(server.Value) == true;
        return isToBeRead ? ReadBackAsync(write, server, slot) : CountUpAsync(write, server, slot);
    }

    private async ValueTask<WriteResult?> CreateAsync(SeriesWrite write, ServerCopy server, RequestSlot slot)
    {
        // Without patch there is no value to compare with: then the server's refusal is the outcome.
        var createsOnly = !IsOnChange(write) && rules.CreatesOnly(server.Namespace, server.ApiVersion);
        write.Batch.Values?.ComeAfter(null);
        if (createsOnly && !write.AnswerLost)
            _places.UseRandomName(write.Series);
        var known = createsOnly ? 0 : server.HighestCount;
        var count = (int)Math.Min(int.MaxValue, (long)known + write.Batch.Changes);
        var first = known > 0 && server.First < write.Batch.First ? server.First : write.Batch.First;
        var request = _body.Create(write, server, count, first, clock.TimeOfDay);
        try
        {
            var created = await SendAsync(write, slot, request, static (sink, request, token) => sink.CreateAsync(request, token)).ConfigureAwait(false);
            _places.Keep(write.Series);
            if (!createsOnly)
                See(server, created);
            return WriteResult.OnServer(EventOutcomeKind.Created, created);
        }
        catch (KubernetesApiException error) when (WriteErrors.IsTaken(error) && createsOnly)
        {
            write.LastError = error;
            write.Conflicts++;
            if (!write.AnswerLost)
                return null;

            // Nobody else knows a random name: the lost request was applied. Whose event has the common name, nobody may read.
            return server.HasRandomName ? WriteResult.OnServer(EventOutcomeKind.Created, request) : WriteResult.GivenUp(answerLost: true, error);
        }
        catch (KubernetesApiException error) when (WriteErrors.IsTaken(error) || (write.AnswerLost && !createsOnly && WriteErrors.IsRefusal(error)))
        {
            // A refusal now says nothing of the request whose answer was lost: look for its event.
            write.LastError = error;
            write.Conflicts++;
            return await AdoptAsync(write, server, slot).ConfigureAwait(false);
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && TryElsewhere(write, error))
        {
            return null;
        }
    }

    /// <summary>The name is taken: by the event of our series, which is counted up, or by a stranger's, which is left alone.</summary>
    private async ValueTask<WriteResult?> AdoptAsync(SeriesWrite write, ServerCopy server, RequestSlot slot)
    {
        if (await ReadAsync(write, server, slot).ConfigureAwait(false) is not { } found)
            return null;
        if (write.Series.Mark.IsOn(found, write.Number))
            return Applied(write, server, EventOutcomeKind.Created, found);
        write.AnswerLost = false;
        if (EventBody.Holds(found, write.Series, server) && HasRoom(found.Count, write))
            return SeeAndCompare(write, server, found);
        _places.UseNextName(write.Series);
        return null;
    }

    private async ValueTask<WriteResult?> CountUpAsync(SeriesWrite write, ServerCopy server, RequestSlot slot)
    {
        if (!HasRoom(server.Count, write))
        {
            _places.UseNextName(write.Series);
            return null;
        }

        write.Batch.Values?.ComeAfter(server.Value);
        try
        {
            var patched = await SendAsync(write, slot, _body.CountUp(write, server, clock.TimeOfDay), static (sink, request, token) => sink.PatchAsync(request, token)).ConfigureAwait(false);
            server.StaleMarks = null;
            See(server, patched);
            return WriteResult.OnServer(EventOutcomeKind.Counted, patched);
        }
        catch (KubernetesApiException error) when (WriteErrors.IsGone(error))
        {
            server.ResourceVersion = null;
            return null;
        }
        catch (KubernetesApiException error) when (WriteErrors.IsConflict(error))
        {
            write.LastError = error;
            write.Conflicts++;
            return await ReadBackAsync(write, server, slot).ConfigureAwait(false);
        }
        catch (KubernetesApiException error) when (!IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch"))
        {
            rules.UseCreateOnly(server.Namespace, server.ApiVersion);
            server.ResourceVersion = null;
            return null;
        }
        catch (KubernetesApiException error) when (WriteErrors.IsRefusal(error) && !write.PatchWasRefused && !NeedsPatch(write, error))
        {
            // An event under our name that cannot be patched must not stop ours.
            write.PatchWasRefused = true;
            write.LastError = error;
            _places.UseNextName(write.Series);
            return null;
        }
    }

    /// <summary>Finds out what the server has: after a lost answer, or after another writer came first.</summary>
    private async ValueTask<WriteResult?> ReadBackAsync(SeriesWrite write, ServerCopy server, RequestSlot slot)
    {
        if (await ReadAsync(write, server, slot).ConfigureAwait(false) is not { } found)
            return null;
        if (write.Series.Mark.IsOn(found, write.Number))
            return Applied(write, server, EventOutcomeKind.Counted, found);
        write.AnswerLost = false;
        if (EventBody.Holds(found, write.Series, server))
            return SeeAndCompare(write, server, found);
        _places.UseNextName(write.Series);
        return null;
    }

    /// <summary>Reads the event by an empty patch; <see langword="null"/> if that is not possible and the next step is another.</summary>
    private async ValueTask<KubeEvent?> ReadAsync(SeriesWrite write, ServerCopy server, RequestSlot slot)
    {
        var request = new EventPatch { ApiVersion = server.ApiVersion, Namespace = server.Namespace, Name = server.Name };
        try
        {
            var found = await sink.PatchAsync(request, slot.Begin()).ConfigureAwait(false);
            server.StaleMarks = write.Series.Mark.Stale(found, clock.TimeOfDay);
            return found;
        }
        catch (KubernetesApiException error) when (WriteErrors.IsGone(error))
        {
            write.AnswerLost = false;
            server.ResourceVersion = null;
            return null;
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && !IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch"))
        {
            rules.UseCreateOnly(server.Namespace, server.ApiVersion);
            server.ResourceVersion = null;
            return null;
        }
        catch (KubernetesApiException error) when (!write.AnswerLost && WriteErrors.IsRefusal(error) && !NeedsPatch(write, error))
        {
            // Unreadable: a stranger's, as far as we can know.
            _places.UseNextName(write.Series);
            return null;
        }
    }

    private async ValueTask<KubeEvent> SendAsync<T>(SeriesWrite write, RequestSlot slot, T request, Func<IEventSink, T, CancellationToken, ValueTask<KubeEvent>> send)
    {
        var sentAt = clock.TimeOfDay;
        try
        {
            var answer = await send(sink, request, slot.Begin()).ConfigureAwait(false);
            write.AnswerLost = false;
            return answer;
        }
        catch (Exception error) when (WriteErrors.MayBeApplied(error))
        {
            write.LostSince = write.AnswerLost ? write.LostSince : sentAt;
            write.AnswerLost = true;
            throw;
        }
    }

    /// <summary>The role, or the rule about cluster-scoped objects, may allow the event elsewhere.</summary>
    private bool TryElsewhere(SeriesWrite write, KubernetesApiException error)
    {
        if (WriteErrors.IsWrongNamespace(error) && EventPlaces.TryOtherNamespace(write.Series))
            return true;
        if (!WriteErrors.IsForbiddenByRole(error, "create") || write.Forbidden is not null || !_places.TryOtherGroup(write.Series))
            return false;
        write.Forbidden = error;
        return true;
    }

    private static WriteResult Applied(SeriesWrite write, ServerCopy server, EventOutcomeKind outcome, KubeEvent found)
    {
        write.AnswerLost = false;
        See(server, found);
        return WriteResult.OnServer(outcome, found);
    }

    /// <summary>The event is ours: what is left to do starts from what it holds.</summary>
    /// <returns><see cref="EventOutcomeKind.Unchanged"/> if that is nothing.</returns>
    private static WriteResult? SeeAndCompare(SeriesWrite write, ServerCopy server, KubeEvent found)
    {
        See(server, found);
        return write.Batch.Values?.ChangeNothing(server.Value) == true ? WriteResult.OnServer(EventOutcomeKind.Unchanged, found) : null;
    }

    private static bool IsOnChange(SeriesWrite write) => write.Series.Key.Kind == SeriesKind.OnChange;

    private static bool NeedsPatch(SeriesWrite write, KubernetesApiException error) => IsOnChange(write) && WriteErrors.IsForbiddenByRole(error, "patch");

    private static bool HasRoom(int count, SeriesWrite write) => count >= 0 && (long)count + write.Batch.Count <= int.MaxValue;

    private static void See(ServerCopy server, KubeEvent seen)
    {
        server.ResourceVersion = seen.ResourceVersion;
        server.Count = seen.Count;
        server.Value = ValueMark.On(seen);
        server.HighestCount = Math.Max(server.HighestCount, seen.Count);
        server.First = seen.FirstSeen?.UtcDateTime ?? DateTimeOffset.MaxValue.UtcDateTime;
        server.Last = seen.LastSeen?.UtcDateTime ?? DateTimeOffset.MinValue.UtcDateTime;
    }
}
