using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Writes events as one HTML page: a lane for each object, a filter, a table. The page is complete in itself and loads nothing.</summary>
[Cmdlet(VerbsData.Export, "KubeEventTimeline", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportKubeEventTimelineCommand : PSCmdlet, IDisposable
{
    private string _file = "";
    private TimelineFile? _timeline;

    /// <summary>The file to write, such as <c>events.html</c>; one that is there is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file to write, such as events.html.")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Events, as Get-KubeEvent gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "Events, as Get-KubeEvent gives them.")]
    public KubeEvent[] InputObject { get; set; } = [];

    /// <summary>Heading of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Kubernetes events";

    /// <summary>Does not replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Gives the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timeline?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void BeginProcessing() => Guard(() =>
    {
        _file = GetUnresolvedProviderPathFromPSPath(Path);
        if (NoClobber && File.Exists(_file))
            throw new IOException($"The file {_file} is there already, and -NoClobber forbids to replace it.");
        if (ShouldProcess(_file, "Write a timeline"))
            _timeline = new TimelineFile(_file, Title, TimeProvider.System);
    });

    /// <inheritdoc/>
    protected override void ProcessRecord() => Guard(() =>
    {
        foreach (var item in InputObject)
            _timeline?.Add(item);
    });

    /// <inheritdoc/>
    protected override void EndProcessing() => Guard(() =>
    {
        _timeline?.Complete();
        if (PassThru && _timeline is not null)
            WriteObject(new FileInfo(_file));
    });

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(new ErrorRecord(e, ErrorId.FileNotWritten, ErrorCategory.WriteError, Path));
        }
    }
}
