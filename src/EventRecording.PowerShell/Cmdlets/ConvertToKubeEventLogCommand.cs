using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Makes a line of JSON of each event, in the words of a system of logs: OTLP for the OpenTelemetry Collector, or the Elastic Common Schema.</summary>
/// <remarks>
/// <para>
/// Write the lines to a file that the collector, Filebeat or another shipper follows. An event that is counted up is a line each time that Watch-KubeEvent gives it,
/// with its count so far. For files that Import-KubeEvent reads, there is Export-KubeEvent.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces | ConvertTo-KubeEventLog -As Otlp | Add-Content events.otlp.jsonl
/// </code>
/// <para>For the file receiver of the OpenTelemetry Collector. With <c>Watch-KubeEvent -AllNamespaces</c>, for as long as it runs.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -Type Warning | ConvertTo-KubeEventLog -As Ecs |
///     Select-Object -First 1 | ConvertFrom-Json | ForEach-Object event
/// </code>
/// <para>What Elasticsearch would have in the field event.</para>
/// </example>
/// <example>
/// <code>
/// Watch-KubeEvent -AllNamespaces -First 1 | ConvertTo-KubeEventLog Ecs |
///     Add-Content events.ecs.jsonl
/// </code>
/// <para>For a shipper that follows the file; without <c>-First</c>, for as long as it runs.</para>
/// </example>
/// <seealso cref="ExportKubeEventCommand"/>
/// <seealso cref="WatchKubeEventCommand"/>
[Cmdlet(VerbsData.ConvertTo, "KubeEventLog", HelpUri = HelpPage.Root + "ConvertTo-KubeEventLog.md")]
[OutputType(typeof(string))]
public sealed class ConvertToKubeEventLogCommand : PSCmdlet
{
    /// <summary>Otlp or Ecs.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "Otlp or Ecs.")]
    public EventLogFormat As { get; set; }

    /// <summary>Events, as Get-KubeEvent, Watch-KubeEvent and Import-KubeEvent give them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "Events, as Get-KubeEvent gives them.")]
    public KubeEvent[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var item in InputObject)
            WriteObject(EventLogLine.Of(item, As));
    }
}
