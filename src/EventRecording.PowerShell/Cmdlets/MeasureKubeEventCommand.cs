using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Groups events and tells of each group how often it happened, since when, and how fast.</summary>
/// <remarks>
/// <para>
/// Count adds up the counts of the events: an event that was counted up to 100 is 100. Events is their number. RatePerHour is what came after the first occurrence, over
/// the time from the first to the last; it is empty where nothing was repeated.
/// </para>
/// <para>
/// Of events of several contexts, Contexts says of each group which it spans; objects of one name in two contexts are two. <c>-By Context, Reason</c> keeps them apart.
/// </para>
/// <para>
/// What happened most often comes first. Memory grows with the number of groups, not of events.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-KubeEvent | Measure-KubeEvent
/// </code>
/// <para>Which reasons are there, and how often.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces -Type Warning |
///     Measure-KubeEvent -By Object, Reason | Select-Object -First 10
/// </code>
/// <para>What goes wrong most often, and with what.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -Unsorted | Measure-KubeEvent Source | Where-Object RatePerHour -gt 60
/// </code>
/// <para>Who records more than one event a minute. <c>-Unsorted</c> saves the sorting, which the groups do not need.</para>
/// </example>
/// <seealso cref="GetKubeEventCommand"/>
/// <seealso cref="ExportKubeEventTimelineCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "KubeEvent", HelpUri = HelpPage.Root + "Measure-KubeEvent.md")]
[OutputType(typeof(EventMeasure))]
public sealed class MeasureKubeEventCommand : PSCmdlet
{
    private EventMeasures? _measures;

    /// <summary>What to group by; several together group by their combination, None makes one group of all.</summary>
    [Parameter(Position = 0)]
    public EventGrouping By { get; set; } = EventGrouping.Reason;

    /// <summary>Events, as Get-KubeEvent gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "Events, as Get-KubeEvent gives them.")]
    public KubeEvent[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing() => _measures = new EventMeasures(By);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in InputObject)
            _measures!.Add(item);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var measures = _measures!.ToList();
        var showsContexts = By.HasFlag(EventGrouping.Context) || measures.SelectMany(it => it.Contexts).Distinct().Count() > 1;
        WriteObject(measures.Select(it => showsContexts ? (object)WithContexts(it) : it), enumerateCollection: true);
    }

    // The table of this type says which contexts a group spans.
    private static PSObject WithContexts(EventMeasure measure)
    {
        var shown = new PSObject(measure);
        shown.TypeNames.Insert(0, "EventRecording.EventMeasure#Contexts");
        return shown;
    }
}
