using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Lists events, sorted by last seen.</summary>
/// <remarks>
/// <para>
/// Events of both API groups (core/v1 and events.k8s.io/v1) are one type: LastSeen, FirstSeen, Count and Source hold what the writer filled in,
/// whichever fields that were. The newest come last, next to the prompt, as <c>kubectl events</c> prints them.
/// </para>
/// <para>
/// Single values go to the server as selectors; several values, wildcards and times are filtered here. A value without wildcards
/// is compared as it is written, one with wildcards in any case.
/// </para>
/// <para>
/// The table and the list show control characters of the cluster as text; the properties hold what was sent. A role needs <c>list</c> on events, and <c>get</c> on
/// the objects of <c>-For</c>.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-KubeEvent -Type Warning -Since 1h
/// </code>
/// <para>What went wrong in the last hour, in the namespace of the context.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent redis/my-op-redis | Format-Table -View describe
/// </code>
/// <para>The events of one object, in the table that <c>kubectl describe</c> prints.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces | Format-Table -View wide
/// </code>
/// <para>With subobject, source, first seen, count and name, as <c>kubectl get events -A -o wide</c>. For a wide window: columns that do not fit are left out.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces -Reason *Failed, Unreachable |
///     Group-Object { "$($_.InvolvedObject)" } |
///     Sort-Object Count -Descending -Top 10
/// </code>
/// <para>The ten objects with the most events of these reasons.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -Source RedisOperator | Where-Object Count -gt 3 |
///     Select-Object LastSeen, Count, Reason, Message | ConvertTo-Csv
/// </code>
/// <para>Events are objects: filter, select and convert them as any others.</para>
/// </example>
/// <example>
/// <code>
/// kubectl get redis -o json | ConvertFrom-Json | Get-KubeEvent | Select-Object -Last 5
/// </code>
/// <para>The five newest events of all objects in the pipeline.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -Context * -Type Warning | Measure-KubeEvent -By Context, Reason
/// </code>
/// <para>What went wrong in all clusters of the kubeconfig; <c>prod-*, stage</c> for some of them.</para>
/// </example>
/// <seealso cref="WatchKubeEventCommand"/>
/// <seealso cref="MeasureKubeEventCommand"/>
/// <seealso cref="ExportKubeEventTimelineCommand"/>
/// <seealso cref="WriteKubeEventCommand"/>
[Cmdlet(VerbsCommon.Get, "KubeEvent", HelpUri = HelpPage.Root + "Get-KubeEvent.md")]
[OutputType(typeof(KubeEvent))]
public sealed class GetKubeEventCommand : ClusterFilterCmdlet
{
    /// <summary>Gives the events as the server sends them, page by page, in its order. For long lists: memory does not grow, and the first come at once.</summary>
    [Parameter]
    public SwitchParameter Unsorted { get; set; }

    /// <summary>How many events are wanted at most.</summary>
    /// <remarks>Of a sorted list these are the ones seen longest ago; for the newest, use <c>Select-Object -Last</c>.</remarks>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override Task RunAsync(EventFilter filter)
    {
        var listing = new EventListing([.. Sessions], Pump);
        return Task.Run(() => listing.RunAsync(filter with { First = First }, Unsorted, StopToken));
    }
}
