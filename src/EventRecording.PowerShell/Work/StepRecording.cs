namespace EventRecording.PowerShell;

/// <summary>Records the beginning and the end of one step beside it: the step waits for neither.</summary>
internal sealed class StepRecording
{
    // The events of a step come in their order, unless the server is away.
    private static readonly TimeSpan LongestWaitForBeginning = TimeSpan.FromSeconds(2);

    /// <summary>How long the last run of the step took.</summary>
    internal const string DurationAnnotation = "eventrecording/duration";

    private readonly ClusterSession _session;
    private readonly StepRequest _request;
    private readonly object _cmdlet;
    private readonly StepText _text;
    private readonly DateTimeOffset _began;
    private readonly long _beganAt;
    private readonly IReadOnlyList<Task<ObjectTarget>> _targets;
    private readonly IReadOnlyList<Task<CmdletMessage>> _beginning;

    /// <summary>The step begins now.</summary>
    public StepRecording(ClusterSession session, StepRequest request, object cmdlet)
    {
        _session = session;
        _request = request;
        _cmdlet = cmdlet;
        _text = new StepText(request.Name);
        (_began, _beganAt) = (session.Time.GetUtcNow(), session.Time.GetTimestamp());
        // Looked up once: the step may delete the object.
        _targets = [.. request.Targets.Select(target => Task.Run(() => ResolveAsync(target)))];
        _beginning = WriteAsync(Request(EventType.Normal, _text.StartedReason, _text.Started, _began));
        session.OpenSteps.TryAdd(this, () => HandOverEnd(StepEnd.Stopped));
    }

    /// <summary>How long the step took, once it is over.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>The step is over: records how.</summary>
    /// <returns>What is to be said of the events of the step; nothing where the process has ended it.</returns>
    public async Task<IReadOnlyList<CmdletMessage>> EndAsync(StepEnd end)
    {
        var beginning = Task.WhenAll(_beginning);
        if (!IsFirstEnd())
            return [];
        var ending = Task.WhenAll(WriteAsync(Request(end), findsUid: true, after: beginning));
        return [.. await beginning.ConfigureAwait(false), .. await ending.ConfigureAwait(false)];
    }

    /// <summary>As <see cref="EndAsync"/>, but nobody waits: <c>Sync-KubeEvent</c> does, and tells what failed.</summary>
    public void HandOverEnd(StepEnd end)
    {
        if (IsFirstEnd())
            _ = WriteAsync(Request(end));
        _session.Awaited.HandOver(_cmdlet);
    }

    // The process may end while the step does.
    private bool IsFirstEnd() => _session.OpenSteps.TryRemove(this, out _);

    private WriteRequest Request(StepEnd end)
    {
        Took = _session.Time.GetElapsedTime(_beganAt);
        var now = _began + Took;
        var request = end.Kind switch
        {
            StepEndKind.Completed => Request(EventType.Normal, _text.CompletedReason, _text.Completed, now),
            StepEndKind.Stopped => Request(EventType.Warning, _text.FailedReason, _text.Stopped, now),
            _ => Request(EventType.Warning, _text.FailedReason, _text.Failed(end.Error), now),
        };
        var annotations = new Dictionary<string, string>(request.Annotations ?? new Dictionary<string, string>()) { [DurationAnnotation] = StepText.Duration(Took) };
        return request with { Annotations = annotations };
    }

    private WriteRequest Request(string type, string reason, string message, DateTimeOffset at) =>
        _request.Template with { Type = type, Reason = reason, Message = message, Timestamp = at };

    // What is waited for before is part of the write: whoever stops the cmdlet meanwhile leaves nothing that nobody tells.
    private IReadOnlyList<Task<CmdletMessage>> WriteAsync(WriteRequest request, bool findsUid = false, Task? after = null)
    {
        var deadline = new Deadline(_session.Time, request.Timeout);
        return [.. _targets.Select(target => _session.Awaited.Add(_cmdlet, () => _session.Awaited.Begin(Task.Run(async () =>
        {
            if (after is not null)
                await after.WaitAsync(LongestWaitForBeginning, _session.Time, _session.Awaited.EndOfLookups).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var known = await target.ConfigureAwait(false);
            // What the lookup took, the event has no more.
            var left = request with { Timeout = deadline.Left!.Value };
            return new EventWriting(_session, left, CancellationToken.None).WriteAsync(known, findsUid);
        }))))];
    }

    // What cannot be found now is looked for again by each event: the step may create it.
    private async Task<ObjectTarget> ResolveAsync(ObjectTarget target)
    {
        if (target is BadTarget)
            return target;
        using var timer = new CancellationTokenSource(_request.Template.Timeout, _session.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, _session.Awaited.EndOfLookups);
        try
        {
            var known = await _session.Targets.ResolveExistingAsync(target, _request.Template.Namespace, both.Token).ConfigureAwait(false);
            return new KnownTarget(target.Given, await _session.Uids.CompleteAsync(known, LongestWaitForBeginning, timer.Token).ConfigureAwait(false));
        }
        catch (Exception error) when (error is OperationCanceledException || ErrorMapper.Map(error) is not null)
        {
            return target;
        }
    }
}

/// <summary>What <c>Invoke-KubeEventStep</c> is to record, on what.</summary>
/// <param name="Name">Name of the step.</param>
/// <param name="Targets">The objects.</param>
/// <param name="Template">All that the events of the step share.</param>
internal sealed record StepRequest(string Name, IReadOnlyList<ObjectTarget> Targets, WriteRequest Template);
