using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Text.Json;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Reads events from files: those of Export-KubeEvent, and what others give people.</summary>
/// <remarks>
/// <para>
/// Reads JSON lines, what <c>kubectl get events -o json</c> and <c>-o yaml</c> print, both API groups, all of it compressed with gzip or not, and folders of such
/// files, a must-gather for example. What is in a file decides, not its name; in a folder, files that begin with something else than an event are passed over.
/// Objects of <c>ConvertFrom-Json</c> can be piped in.
/// </para>
/// <para>
/// What cannot be read is an error with file and line (EventNotRead), and the rest is read. Events come in the order of the files, and memory does not grow with
/// their size: what is needed for the latest copy of each event is 16 MiB and some 70 bytes for one that has several, and the files are read twice for it; with <c>-AllSteps</c> once.
/// No cluster is asked for anything: a kind in <c>-For</c> is compared by its name, its plural, or a short name that every cluster has.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-KubeEvent -AllNamespaces | Export-KubeEvent week.ndjson
/// Import-KubeEvent week.ndjson -Type Warning | Measure-KubeEvent
/// </code>
/// <para>What went wrong in the week, although the cluster has forgotten it.</para>
/// </example>
/// <example>
/// <code>
/// kubectl get events -A -o json > dump.json
/// Import-KubeEvent dump.json -For pod/web-0 -Since 1h -AsOf End
/// </code>
/// <para>The last hour of the dump, with ages as they were then.</para>
/// </example>
/// <example>
/// <code>
/// kubectl get events -o json | ConvertFrom-Json | Import-KubeEvent |
///     Export-KubeEventTimeline events.html
/// </code>
/// <para>Objects of kubectl as events.</para>
/// </example>
/// <seealso cref="ExportKubeEventCommand"/>
/// <seealso cref="GetKubeEventCommand"/>
/// <seealso cref="MeasureKubeEventCommand"/>
/// <seealso cref="ExportKubeEventTimelineCommand"/>
[Cmdlet(VerbsData.Import, "KubeEvent", DefaultParameterSetName = "Path", HelpUri = HelpPage.Root + "Import-KubeEvent.md")]
[OutputType(typeof(KubeEvent))]
public sealed class ImportKubeEventCommand : EventFilterCmdlet
{
    private const string Activity = "Reading events";
    private const int ShownEvery = 20_000;

    private readonly List<string> _paths = [];
    private readonly List<KubeEvent> _objects = [];
    private EventArchiveReader _reader = new();
    private bool _wasText;

    /// <summary>Files and folders, with wildcards.</summary>
    [Parameter(Position = 0, ParameterSetName = "Path", HelpMessage = "Files and folders.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files and folders, with nothing in their names taken for a wildcard.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, HelpMessage = "Files and folders.")]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Objects of <c>ConvertFrom-Json</c>, lists of them, events, or files of <c>Get-ChildItem</c>.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public PSObject[]? InputObject { get; set; } = [];

    /// <summary>Context that the events get, to tell those of several clusters apart: a file does not say where its events were.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ContextCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Context { get; set; }

    /// <summary>The objects that the events are about: <c>kind/name</c>, or objects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public PSObject[] For { get; set; } = [];

    /// <summary>Events last seen then or later: a point in time, or how long before now, or before <c>-AsOf</c>.</summary>
    /// <remarks>Local, unless it has an offset or ends with <c>Z</c>, and a date with its year in four digits.</remarks>
    [Parameter]
    [ArgumentCompleter(typeof(InstantCompleter))]
    [ValidateNotNull]
    public object? Since { get; set; }

    /// <summary>Events first seen then or earlier: a point in time, or how long before now, or before <c>-AsOf</c>.</summary>
    /// <remarks>Local, unless it has an offset or ends with <c>Z</c>, and a date with its year in four digits.</remarks>
    [Parameter]
    [ArgumentCompleter(typeof(InstantCompleter))]
    [ValidateNotNull]
    public object? Until { get; set; }

    /// <summary>The point in time that ages and <c>-Since</c> are relative to; <c>End</c> for the last event that is read.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(InstantCompleter))]
    [ValidateNotNull]
    public object? AsOf { get; set; }

    /// <summary>Every copy of an event that is there, such as each step of its count; without it, only the latest.</summary>
    [Parameter]
    public SwitchParameter AllSteps { get; set; }

    /// <summary>How many events are wanted at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override void Begin()
    {
        if (Path.Length + LiteralPath.Length + (InputObject?.Length ?? 0) == 0 && !MyInvocation.ExpectingInput)
            throw new ArgumentException("Nothing is given: name files or folders, or pipe objects.");
        _reader = new EventArchiveReader(YamlItems.Read) { Problem = Report, FileBegins = file => WriteVerbose($"Reading {file}") };
        foreach (var path in LiteralPath)
            Guard(path, () => _paths.Add(FileSystemPath.Resolve(this, path)));
        foreach (var path in Path)
            Guard(path, () => _paths.AddRange(Resolve(path)));
    }

    private protected override void Process()
    {
        foreach (var given in InputObject ?? [])
            Guard(given, () => Take(given));
    }

    private protected override void End() => Guard(Path.FirstOrDefault(), () =>
    {
        var import = new EventImport
        {
            Paths = _paths,
            Objects = _objects,
            For = [.. For.SelectMany(PowerShellObjects.Targets)],
            Since = PowerShellObjects.AsTyped(Since),
            Until = PowerShellObjects.AsTyped(Until),
            AsOf = PowerShellObjects.AsTyped(AsOf),
            AllSteps = AllSteps,
            First = First,
            Query = new EventQuery { Namespaces = Namespace, Types = Type, Reasons = Reason, Sources = Source, Exclude = Exclusion },
        };
        var importing = new EventImporting(import, TimeProvider.System);
        foreach (var read in importing.Run(_reader, Pass))
        {
            var item = Context is null ? read : read with { Context = Context };
            WriteObject(importing.AsOf is { } asOf ? Objects.AsOf(item, asOf) : Objects.Of(item));
        }

        WriteProgress(new ProgressRecord(0, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    });

    private bool Pass(long read)
    {
        if (read % ShownEvery == 0)
            WriteProgress(new ProgressRecord(0, Activity, $"{read} read"));
        return !StopToken.IsCancellationRequested;
    }

    private Collection<string> Resolve(string path)
    {
        var found = GetResolvedProviderPathFromPSPath(path, out var provider);
        if (provider.Name != "FileSystem")
            return [FileSystemPath.Resolve(this, path)];
        if (found.Count == 0)
            throw new ItemNotFoundException($"No file and no folder fits '{path}'. Brackets in a name are taken for a wildcard: -LiteralPath takes the name as it is.");
        return found;
    }

    private void Take(PSObject? given)
    {
        switch (PowerShellObjects.Unwrap(given))
        {
            case null:
                break;
            case FileSystemInfo file:
                _paths.Add(file.FullName);
                break;
            case string path:
                TakePath(path);
                break;
            case KubeEvent item:
                _objects.Add(item);
                break;
            case var other:
                var json = PlainJson.Write(other);
                if (SerializedEvent.TryRead(json) is { } own)
                    _objects.Add(own);
                else
                    _objects.AddRange(_reader.ReadObject(json) ?? throw new FormatException("This object is neither an event nor a list of events."));
                break;
        }
    }

    // Text that is piped instead of objects comes line by line, and each would be a file that is not there.
    private void TakePath(string path)
    {
        var isText = IsLineOfText(path);
        if (_wasText && path.Length == 0)
            return;
        try
        {
            _paths.AddRange(Resolve(path));
        }
        catch (SessionStateException missing) when (isText)
        {
            if (!_wasText)
                throw new FormatException("This is a line of text, and no file: pipe objects, as of 'kubectl get events -o json | ConvertFrom-Json', or name the file that the text is in. Of a text that is piped only the first line is told.", missing);
        }
        finally
        {
            _wasText |= isText;
        }
    }

    // As JSON, YAML and tables have them, and hardly a path: what names no object, as a blank does, may well name a file.
    private static bool IsLineOfText(string path) =>
        path.AsSpan().IndexOfAny("{}\"") >= 0 || path.EndsWith(':') || path == "---" || (path.Length > 0 && char.IsWhiteSpace(path[0]))
        || path.StartsWith("- ", StringComparison.Ordinal) || path.Contains(": ", StringComparison.Ordinal) || path.Contains("  ", StringComparison.Ordinal);

    // Files of a folder have names that nobody typed, and Get-Error shows the target as it is.
    private void Report(ArchiveProblem problem) =>
        WriteError(new ErrorRecord(new EventArchiveException(problem.ToString()), ErrorId.EventNotRead, ErrorCategory.InvalidData, SafeText.OneLine(problem.File)));

    private void Guard(object? target, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SessionStateException or FormatException or JsonException)
        {
            WriteError(new ErrorRecord(e, ErrorId.EventNotRead, e is SessionStateException ? ErrorCategory.ObjectNotFound : ErrorCategory.ReadError, target));
        }
        catch (Exception e) when (e is ArgumentException or ObjectReferenceException)
        {
            WriteError(new ErrorRecord(e, ErrorId.ArgumentNotValid, ErrorCategory.InvalidArgument, target));
        }
    }
}
