using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Keeps events in files: JSON lines, each the event as the API has it.</summary>
/// <remarks>
/// <para>
/// Appends to a file that is there, and writes nothing twice: an event is known by its uid and resourceVersion, so each step of a count is a line, and the next run
/// goes on where this one stood, as far as the server still has the events. A file that was cut off in the middle of a line, whatever ended the process or the
/// machine, is cut to its last whole line first. An event is in the file as soon as it came, and on the disk a second later at most.
/// </para>
/// <para>
/// A name that ends in .gz is compressed; gzip, zcat and jq read it. managedFields are not kept, as kubectl does not show them; all else is.
/// The lines can be read by jq, by <c>ConvertFrom-Json</c>, and by Import-KubeEvent as events.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces | Export-KubeEvent week.ndjson
/// </code>
/// <para>Keeps what the cluster has now. Again an hour later: adds what is new.</para>
/// </example>
/// <example>
/// <code>
/// Watch-KubeEvent -AllNamespaces -First 1 | Export-KubeEvent events/ -RollEvery 1d -KeepFor 14d
/// </code>
/// <para>A file a day in a folder, of the last two weeks; without <c>-First</c>, for as long as it runs.</para>
/// </example>
/// <example>
/// <code>
/// Get-KubeEvent | Export-KubeEvent incident.ndjson.gz -PassThru | Measure-KubeEvent
/// </code>
/// <para>Keeps them compressed, and passes on those that were new.</para>
/// </example>
/// <seealso cref="ImportKubeEventCommand"/>
/// <seealso cref="GetKubeEventCommand"/>
/// <seealso cref="WatchKubeEventCommand"/>
[Cmdlet(VerbsData.Export, "KubeEvent", SupportsShouldProcess = true, HelpUri = HelpPage.Root + "Export-KubeEvent.md")]
[OutputType(typeof(KubeEvent))]
public sealed class ExportKubeEventCommand : FileWritingCmdlet
{
    private EventArchiveWriter? _writer;
    private long _known;
    private long _conditions;

    /// <summary>The file to append to, or a folder: one that is there, or a path that ends in a slash. What is missing is made.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file to append to, such as week.ndjson, or a folder.")]
    [ValidateNotNullOrEmpty]
    public override string Path { get; set; } = "";

    /// <summary>Events, as Get-KubeEvent, Watch-KubeEvent and Import-KubeEvent give them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "Events, as Get-KubeEvent gives them.")]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Begins a new file that often, such as <c>1d</c> or <c>1h</c>; its name says when it began, in UTC: <c>events-20261120T000000Z.ndjson</c>.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? RollEvery { get; set; }

    /// <summary>Deletes files of this name that ended so long ago, such as <c>14d</c>; needs <c>-RollEvery</c>.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? KeepFor { get; set; }

    /// <summary>Passes on the events that were new; without it there is no output.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        var path = FileSystemPath.Resolve(this, Path);
        // The provider takes the slash away that says that it is a folder.
        if (System.IO.Path.EndsInDirectorySeparator(Path) && !System.IO.Path.EndsInDirectorySeparator(path))
            path += System.IO.Path.DirectorySeparatorChar;
        if (ShouldProcess(path, "Keep events"))
            _writer = new EventArchiveWriter(path, new EventArchiveOptions { RollEvery = RollEvery, KeepFor = KeepFor }, TimeProvider.System);
    }

    private protected override void Process()
    {
        foreach (var given in InputObject)
        {
            if (EventOf(given) is not { } item)
                WriteError(NoEvent(given));
            else if (item is ConditionTransition)
                _conditions++;
            else if (_writer?.Append(item) == false)
                _known++;
            else if (_writer is not null && PassThru)
                WriteObject(given);
        }
    }

    private protected override void End()
    {
        Close();
        WriteVerbose($"{_known} events were in the file already.");
        if (_conditions > 0)
            WriteWarning($"{_conditions} transitions of conditions are no events, and were not kept.");
    }

    // Out of a job or a file of before the module was imported.
    private static KubeEvent? EventOf(PSObject? given) => given?.BaseObject switch
    {
        null => null,
        KubeEvent item => item,
        _ => SerializedEvent.TryRead(PlainJson.Write(given)),
    };

    private static ErrorRecord NoEvent(object? given) => new(
        new ArgumentException("This is no event of Get-KubeEvent, Watch-KubeEvent or Import-KubeEvent; pipe kubectl's objects through Import-KubeEvent first."),
        ErrorId.ArgumentNotValid,
        ErrorCategory.InvalidData,
        given);

    private protected override void Close()
    {
        var writer = _writer;
        _writer = null;
        writer?.Dispose();
    }
}
