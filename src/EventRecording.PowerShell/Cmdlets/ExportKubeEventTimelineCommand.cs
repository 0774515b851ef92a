using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Writes events as one HTML page: a lane for each object, a filter, a table. The page is complete in itself and loads nothing.</summary>
/// <remarks>
/// <para>
/// Points are events, bars reach from the first to the last occurrence, warnings stand out. The page can be attached to a ticket: it needs no network and runs no
/// script of others; all text of the cluster is escaped.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces -Since 2h | Export-KubeEventTimeline events.html
/// </code>
/// <para>One page with the last two hours of all namespaces.</para>
/// </example>
/// <example>
/// <code>
/// $page = Get-KubeEvent redis/my-op-redis |
///     Export-KubeEventTimeline incident.html -Title 'Redis, night of the 3rd' -PassThru
/// $page.FullName
/// </code>
/// <para>Gives the file, to open or attach it.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -For redis/my-op-redis -IncludeRelated -IncludeConditions |
///     Export-KubeEventTimeline around.html
/// </code>
/// <para>The object comes first, and under it its owners, what it owns, its nodes, claims, volumes and configuration.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent -Type Warning | Export-KubeEventTimeline warnings.html -NoClobber -WhatIf
/// </code>
/// <para>Says what would be written, and where.</para>
/// </example>
/// <seealso cref="GetKubeEventCommand"/>
/// <seealso cref="MeasureKubeEventCommand"/>
[Cmdlet(VerbsData.Export, "KubeEventTimeline", SupportsShouldProcess = true, HelpUri = HelpPage.Root + "Export-KubeEventTimeline.md")]
[OutputType(typeof(FileInfo))]
public sealed class ExportKubeEventTimelineCommand : FileWritingCmdlet
{
    private string _file = "";
    private TimelineFile? _timeline;

    /// <summary>The file to write, such as <c>events.html</c>; one that is there is replaced. Its folder must be there.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file to write, such as events.html.")]
    [ValidateNotNullOrEmpty]
    public override string Path { get; set; } = "";

    /// <summary>Events, as Get-KubeEvent gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "Events, as Get-KubeEvent gives them.")]
    public KubeEvent[] InputObject { get; set; } = [];

    /// <summary>Heading of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Kubernetes events";

    /// <summary>Does not replace a file that is there: that is an error (FileNotWritten).</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Gives the file; without it there is no output.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        _file = FileSystemPath.Resolve(this, Path);
        RequireFile();
        if (ShouldProcess(_file, "Write a timeline"))
            _timeline = new TimelineFile(_file, Title, !NoClobber, TimeProvider.System);
    }

    // A page takes the place of what is there: a device such as /dev/null would be gone.
    private void RequireFile()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(_file) && !IsFile(TimelineFile.TargetOf(_file)))
            throw new IOException($"{_file} is a pipe or a device, and a page would take its place: name a file.");
    }

    // .NET does not tell, PowerShell does; behind /dev/stdout there can be something without a path.
    private bool IsFile(string target) =>
        File.Exists(target)
        && InvokeProvider.Item.Get([target], force: true, literalPath: true)[0].Properties["UnixStat"]?.Value is { } stat
        && PSObject.AsPSObject(stat).Properties["ItemType"]?.Value?.ToString() == "File";

    private protected override void Process()
    {
        foreach (var item in InputObject)
            _timeline?.Add(item, EventColumns.RelationOf(PSObject.AsPSObject(item)));
    }

    private protected override void End()
    {
        _timeline?.Complete();
        if (PassThru && _timeline is not null)
            // As Get-Item gives it, with what the view of files shows.
            WriteObject(InvokeProvider.Item.Get([_file], force: true, literalPath: true), enumerateCollection: true);
    }

    private protected override void Close() => _timeline?.Dispose();
}
