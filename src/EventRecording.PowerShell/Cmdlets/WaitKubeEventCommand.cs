using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Waits for an event, and gives it; one that means failure, or the end of the time, ends the script.</summary>
/// <remarks>
/// <para>
/// The first event that fits all filters is given. One with a reason of <c>-FailOn</c> is a terminating error (EventFailed) that carries the event as its target
/// object; when time runs out, WaitTimedOut says what was seen last. <c>pwsh -c</c> then ends with exit code 1.
/// </para>
/// <para>
/// What is there already counts, for success and for failure: of it the latest event that means either decides, so that a failure counts for nothing behind which a
/// retry succeeded. <c>-Since 5m</c> leaves out what is older; with <c>-New</c> only what happens from now on counts. With <c>-IncludeOwned</c>, an
/// object that is not known yet is asked for its owners, so that the ReplicaSets and Pods of a rollout are followed as they come. <c>-FailOn</c> looks at reasons
/// only, and not at <c>-Type</c> and <c>-Source</c>; what <c>-Exclude…</c> leaves out counts for neither. A value without
/// wildcards is compared as it is written, one with wildcards in any case: <c>-FailOn backoff</c> is not BackOff, <c>-FailOn backoff*</c> is.
/// </para>
/// <para>
/// Restarts of the API server are bridged; one that cannot be reached when the wait begins is an error at once. One that is away for half a minute is a warning; one that is away when time runs out is told in WaitTimedOut.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Wait-KubeEvent redis/my-op-redis -Reason BackupCompleted -FailOn BackupFailed -TimeoutSec 60
/// </code>
/// <para>Waits until the backup is done, or has failed.</para>
/// </example>
/// <example>
/// <code>
/// try {
///     Wait-KubeEvent redis/my-op-redis -Reason ScaledUp -FailOn Failed* -TimeoutSec 9
/// } catch {
///     Get-KubeEvent | Export-KubeEvent failure.ndjson
///     Get-KubeEvent | Export-KubeEventTimeline failure.html
///     throw
/// }
/// </code>
/// <para>For CI, with a longer time: stops at the first failure, with <c>-MinCount 3</c> at the third of one kind on one object, and keeps events and timeline as artifacts.</para>
/// </example>
/// <example>
/// <code>
/// (Wait-KubeEvent -Type Warning -TimeoutSec 60).Message
/// </code>
/// <para>The message of the latest warning in the namespace; where there is none, of the first that comes.</para>
/// </example>
/// <seealso cref="WatchKubeEventCommand"/>
/// <seealso cref="ExportKubeEventCommand"/>
[Cmdlet(VerbsLifecycle.Wait, "KubeEvent", HelpUri = HelpPage.Root + "Wait-KubeEvent.md")]
[OutputType(typeof(KubeEvent))]
public sealed class WaitKubeEventCommand : ClusterFilterCmdlet
{
    private EventFilter? _filter;
    private EventWaitResult? _result;

    /// <summary>Reasons that mean failure, such as <c>BackOff</c> or <c>Failed*</c>.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ReasonCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] FailOn { get; set; } = [];

    /// <summary>How often a failure must have happened, with one reason on one object, so that a single hiccup does not fail it; default: 1.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MinCount { get; set; } = 1;

    /// <summary>Only what happens from now on counts, for success and for failure.</summary>
    [Parameter]
    public SwitchParameter New { get; set; }

    /// <summary>How long to wait, in seconds; default: until Ctrl+C.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    private protected override bool ShowsWaiting => false;

    private protected override void Begin()
    {
        if (Sessions.Count() != 1)
            throw new ArgumentException($"-Context means {Sessions.Count()} contexts ({string.Join(", ", Sessions.Select(session => SafeText.Quote(session.Context)))}), and Wait-KubeEvent waits in one: name it.");
    }

    private protected override async Task RunAsync(EventFilter filter)
    {
        _filter = filter;
        var timeout = Seconds(TimeoutSec);
        var request = new EventWaitRequest(FailOn, MinCount, New, timeout);
        _result = await Task.Run(() => new EventWaiting(Session, Pump).RunAsync(filter, request, StopToken)).ConfigureAwait(false);
    }

    private protected override void End()
    {
        try
        {
            base.End();
        }
        catch (Exception e) when (ErrorMapper.Map(e) is { } error)
        {
            // A script must not go on as if the event had come.
            ThrowTerminatingError(ToRecord(error));
        }

        switch (_result)
        {
            case { State: EventWaitState.Met, Event: { } met }:
                WriteObject(Objects.Of(met, _filter!.SpanOf([Session])));
                break;
            case { State: EventWaitState.Failed, Event: { } failed }:
                Refuse(ErrorId.EventFailed, ErrorCategory.OperationStopped, $"A failure came instead of the event: {Line(failed)}", failed);
                break;
            case { Event: var last, Deafness: var deafness }:
                var seen = last is not null ? $"seen last: {Line(last)}" : deafness is null ? "no event came at all" : "";
                string[] what = [$"The event did not come within {TimeoutSec} s", seen, deafness ?? ""];
                Refuse(ErrorId.WaitTimedOut, ErrorCategory.OperationTimeout, string.Join("; ", what.Where(it => it.Length > 0)), last);
                break;
        }
    }

    private static string Line(KubeEvent item) => SafeText.OneLine(item.ToString());

    private void Refuse(string id, ErrorCategory category, string message, KubeEvent? item) =>
        ThrowTerminatingError(new ErrorRecord(new InvalidOperationException(message), id, category, item));
}
