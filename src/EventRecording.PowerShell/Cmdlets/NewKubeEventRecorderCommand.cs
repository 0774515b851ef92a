using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EventRecording.PowerShell;

/// <summary>Makes a recorder for a component, with the methods of Go's: <c>Event</c>, <c>Eventf</c>, <c>AnnotatedEventf</c>.</summary>
/// <remarks>
/// <para>
/// The methods never wait, never fail and give nothing back, so that a controller's loop goes on whatever becomes of its events:
/// <c>$recorder.Event(object, type, reason, message)</c>, <c>$recorder.Eventf(object, type, reason, format, values…)</c>,
/// <c>$recorder.AnnotatedEventf(object, annotations, type, reason, format, values…)</c>. The object is one with apiVersion, kind and metadata, or
/// <c>kind/name</c>, which is looked up first.
/// </para>
/// <para>
/// Unlike <c>Write-KubeEvent</c> by itself, a recorder combines similar events (from the 10th message with one reason for one object within 10 minutes on)
/// and limits the rate (25 writes, then one every 5 minutes, for one object and type), as in Go. That delays writes, for 30 minutes at most, and never drops one.
/// </para>
/// <para>
/// <c>$recorder.Flush()</c> and <c>Sync-KubeEvent</c> write all that is pending and wait for it; <c>Sync-KubeEvent</c> also reports what failed, and
/// <c>$recorder.Statistics</c> counts. <c>Flush</c> gives the number of what was pending when it was called and is written now, so zero where all was written
/// already, and the failures since the last one. <c>$recorder.Dispose()</c>, the removal of the module, the end of the runspace and that of the process write what is pending, too; then it accepts nothing more.
/// </para>
/// <para>
/// Make one for each component and keep it: it lives until then, with the kubeconfig as it was when it was made. What a function makes for itself, it disposes of.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// $recorder = New-KubeEventRecorder redis-operator
/// $recorder.Event($redis, 'Normal', 'ScaledUp', 'replicas: 1 -> 3')
/// $devbox = 'devbox/my-devbox'
/// $recorder.Eventf($devbox, 'Warning', 'CreatePodFailed', 'pod {0}: {1}', 'web-0', 'over quota')
/// $recorder.Flush()
/// </code>
/// <para>Records in the name of redis-operator, and waits until both events are on the server.</para>
/// </example>
/// <example>
/// <code>
/// $recorder = New-KubeEventRecorder -Component devbox-controller
/// $trace = @{ 'example.com/trace' = '4bf92f35' }
/// $recorder.AnnotatedEventf('dbx/my-devbox', $trace, 'Normal', 'Resumed', 'after {0} s', 8.5)
/// Sync-KubeEvent
/// $recorder.Statistics
/// </code>
/// <para>Puts an annotation on the event, waits, reports failures as errors, and shows the numbers.</para>
/// </example>
/// <example>
/// <code>
/// $recorder = New-KubeEventRecorder redis-operator
/// kubectl get redis -o json | ConvertFrom-Json |
///     Write-KubeEvent Reconciled 'is as it should be' -Recorder $recorder
/// $recorder.Dispose()
/// </code>
/// <para>Records on many objects through the recorder, with all that <c>Write-KubeEvent</c> can say of an event.</para>
/// </example>
/// <seealso cref="WriteKubeEventCommand"/>
/// <seealso cref="SyncKubeEventCommand"/>
[Cmdlet(VerbsCommon.New, "KubeEventRecorder", HelpUri = HelpPage.Root + "New-KubeEventRecorder.md")]
[OutputType(typeof(KubeEventRecorder))]
public sealed class NewKubeEventRecorderCommand : SpoolingCmdlet
{
    /// <summary>Who records, such as <c>redis-operator</c>; default: the name of the calling script; <c>pwsh</c> where there is none, as at the prompt and in <c>ForEach-Object -Parallel</c>. Column From of <c>kubectl describe</c>.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SourceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Component { get; set; }

    /// <summary>Host, where that matters; default: none.</summary>
    /// <remarks>Part of what makes events the same: with it, each host counts for itself.</remarks>
    [Parameter]
    public string HostName { get; set; } = "";

    /// <summary>Which of several replicas records; the field <c>reportingInstance</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Instance { get; set; }

    /// <summary>Namespace of objects that are given by name; default: that of the context.</summary>
    [Parameter]
    [Alias("n")]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    private protected override void End()
    {
        var source = new EventReporter(Component ?? CallingComponent, HostName);
        WriteObject(new KubeEventRecorder(Lease()[0], source, Instance, Namespace));
    }
}
