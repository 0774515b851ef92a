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
/// <para>With count, subobject, source, first seen and name, as <c>kubectl get events -A -o wide</c>. For a wide window: columns that do not fit are left out, and the last one that does has what room is left.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -ExcludeNamespace kube-* -ExcludeReason Pulled, Scheduled -ExcludeObject node/*
/// </code>
/// <para>Without the noise. Values without wildcards are left out by the server.</para>
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
/// Get-KubeEvent -For redis/my-op-redis -IncludeRelated -Around 90m -Within 10m |
///     Format-Table LastSeen, Relation, Reason, InvolvedObject, Message
/// </code>
/// <para>What happened around a failure an hour and a half ago: to the object, its owners, what it owns, their nodes, claims, volumes and configuration.</para>
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

    /// <summary>The events of all that has to do with the objects, too: owners, owned objects, nodes, claims, volumes, config maps and secrets; each event has a <c>Relation</c>.</summary>
    /// <remarks>
    /// The relation is self, owner, owned, node, claim, volume or config. Wherever they are: a node's events are in another namespace than a pod's. What the role
    /// may not read is left out, and <c>-Verbose</c> says so. Of secrets and config maps only the names count. Always sorted.
    /// </remarks>
    [Parameter]
    public SwitchParameter IncludeRelated { get; set; }

    /// <summary>The last transition of each condition in the status of these objects, too, as rows of the type <c>Condition</c>, which no other cmdlet takes for events of the server.</summary>
    /// <remarks>With <c>-IncludeRelated</c> of all objects that it finds; a request for each of them. The reason is <c>Ready=False</c>; the other filters hold for them, too.</remarks>
    [Parameter]
    public SwitchParameter IncludeConditions { get; set; }

    /// <summary>What happened around a point in time: a time of the day, the last one that was (<c>14:05</c>, <c>2:05 PM</c>), a point in time, or how long ago; see <c>-Within</c>.</summary>
    /// <remarks>Local, unless it has an offset or ends with <c>Z</c>, and a date with its year in four digits; <c>-Verbose</c> says which instant was taken.</remarks>
    [Parameter]
    [PointInTimeTransformation]
    [ArgumentCompleter(typeof(InstantCompleter))]
    public DateTimeOffset? Around { get; set; }

    /// <summary>How long before and after <c>-Around</c>, such as <c>10m</c>, which is the default.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan Within { get; set; } = TimeSpan.FromMinutes(10);

    private protected override Task RunAsync(EventFilter filter)
    {
        if (Around is { } around)
        {
            if (Since is not null || Until is not null)
                throw new ArgumentException("-Around stands for -Since and -Until: give either.");
            var period = new Period(around, Within);
            filter = filter with { Since = period.Since, Until = period.Until };
        }
        else if (MyInvocation.BoundParameters.ContainsKey(nameof(Within)))
        {
            throw new ArgumentException("-Within needs the point in time of -Around.");
        }

        if (IncludeRelated || IncludeConditions)
        {
            var related = new RelatedListing([.. Sessions], Pump);
            return Task.Run(() => related.RunAsync(filter with { First = First }, IncludeRelated, IncludeConditions, StopToken));
        }

        var listing = new EventListing([.. Sessions], Pump);
        return Task.Run(() => listing.RunAsync(filter with { First = First }, Unsorted, StopToken));
    }
}
