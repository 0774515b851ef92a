using System.Management.Automation;
using EventRecording.Reading;

namespace EventRecording.PowerShell;

/// <summary>Groups events and tells of each group how often it happened, since when, and how fast.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KubeEvent")]
[OutputType(typeof(EventMeasure))]
public sealed class MeasureKubeEventCommand : PSCmdlet
{
    private EventMeasures? _measures;

    /// <summary>What to group by: Type, Reason, Object, Source, or several of them together.</summary>
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
    protected override void EndProcessing() => WriteObject(_measures!.ToList(), enumerateCollection: true);
}
