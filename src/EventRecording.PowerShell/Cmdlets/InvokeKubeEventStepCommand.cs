using System.Collections;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Runs a step of a script and records on an object that it started, and that it completed or failed.</summary>
/// <remarks>
/// <para>
/// Of a step Backup it records <c>BackupStarted</c>, and then <c>BackupCompleted</c>, with the time it took in an annotation, or the warning <c>BackupFailed</c> with the
/// error. The reasons are made of the name: one word in UpperCamelCase, in any script.
/// </para>
/// <para>
/// The block runs as if it stood there by itself: it sees and sets the variables around it, its output passes on as it comes, and an error that ends it
/// goes on to the caller as it was, so that <c>try</c>, <c>trap</c> and <c>$ErrorActionPreference</c> work as ever. An error that does not end it does not
/// fail the step either. With <c>-ErrorAction Stop</c> the first error ends it, as where <c>$ErrorActionPreference</c> is Stop; so does the exit code of a
/// program where <c>$PSNativeCommandUseErrorActionPreference</c> is true. A step that is left with return, break, continue or <c>exit 0</c> is completed;
/// one that is stopped, with Ctrl+C, from downstream or since the process is told to end, has failed.
/// </para>
/// <para>
/// The step comes first. It does not wait for BackupStarted to be written; and where an event cannot be recorded, because no cluster is configured or it is
/// away, that is a warning and the step runs all the same. At the end the cmdlet waits for the events, up to <c>-TimeoutSec</c>, unless there is
/// <c>-NoWait</c>. With <c>-WhatIf</c> it neither records nor runs the block.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Invoke-KubeEventStep -For redis/my-op-redis -Name Backup -ErrorAction Stop {
///     $size = Backup-Redis
/// }
/// "saved $size"
/// </code>
/// <para>Records BackupStarted and BackupCompleted: <c>Backup completed</c>, with the annotation <c>eventrecording/duration</c>, <c>3.2s</c>, or BackupFailed with the first error. The variable is there afterwards.</para>
/// </example>
/// <example>
/// <code>
/// $from = @{ 'example.com/from' = '0007' }
/// try {
///     Invoke-KubeEventStep Restore -For redis/my-op-redis -Annotation $from {
///         throw 'no such backup'
///     }
/// }
/// catch {
///     "not restored: $_"
/// }
/// </code>
/// <para>Records RestoreStarted and the warning RestoreFailed: <c>Restore failed: no such backup</c>.</para>
/// </example>
/// <example>
/// <code>
/// kubectl get redis -o json | ConvertFrom-Json | ForEach-Object items | ForEach-Object {
///     $redis = $_
///     Invoke-KubeEventStep 'Nightly backup' -For $redis -NoWait { Backup-Redis }
/// }
/// Sync-KubeEvent
/// </code>
/// <para>Records NightlyBackupStarted and NightlyBackupCompleted on each object, and waits for the events once, at the end.</para>
/// </example>
/// <example>
/// <code>
/// Invoke-KubeEventStep Backup -For redis/my-op-redis -OnFailureSave artifacts -ErrorAction Stop {
///     Backup-Redis
/// }
/// </code>
/// <para>Where it fails, the folder artifacts has the events of the object and of all that has to do with it, such as its pods and their nodes, as a file and as a timeline.</para>
/// </example>
/// <seealso cref="WriteKubeEventCommand"/>
/// <seealso cref="SyncKubeEventCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "KubeEventStep", SupportsShouldProcess = true, HelpUri = HelpPage.Root + "Invoke-KubeEventStep.md")]
[OutputType(typeof(object))]
public sealed class InvokeKubeEventStepCommand : SpoolingCmdlet
{
    private StepRequest? _request;

    /// <summary>Name of the step, such as <c>Backup</c>; becomes part of the reasons, in UpperCamelCase, and of the messages as it is.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "Name of the step, such as Backup.")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>What to run.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "What to run, in braces.")]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>The objects to record on: objects with apiVersion, kind and metadata, or <c>kind/name</c>.</summary>
    [Parameter(Mandatory = true, HelpMessage = "The object to record on, such as redis/my-op-redis.")]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNullOrEmpty]
    public PSObject[] For { get; set; } = [];

    /// <summary>Namespace of objects that do not say theirs; default: that of the context.</summary>
    [Parameter]
    [Alias("n")]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Annotations of the events, as a hashtable; values become text.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Annotation { get; set; }

    /// <summary>Who records; default: the name of the calling script; <c>pwsh</c> where there is none, as at the prompt and in <c>ForEach-Object -Parallel</c>. Column From of <c>kubectl describe</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SourceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Component { get; set; }

    /// <summary>How long each event is tried to be written, in seconds; the step itself has all the time it takes.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Does not wait for the events at the end of the step; <c>Sync-KubeEvent</c> does and reports what failed.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>A folder: where the step fails, the events of its objects and of all that has to do with them are saved there, as a file for Import-KubeEvent and as a timeline.</summary>
    /// <remarks>
    /// As <c>Get-KubeEvent -IncludeRelated -IncludeConditions</c> finds them, within <c>-TimeoutSec</c>. The folder is made; the files are called by the reason, the
    /// object and the time, and <c>-Verbose</c> names them. That they cannot be saved is a warning; the error of the step goes on as it was.
    /// </remarks>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OnFailureSave { get; set; }

    private protected override void Begin()
    {
        var template = new WriteRequest
        {
            Reason = "",
            Message = "",
            Annotations = PowerShellObjects.Texts(Annotation),
            Source = new EventReporter(Component ?? CallingComponent),
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            Namespace = Namespace,
        };
        _request = new StepRequest(Name, [.. For.SelectMany(PowerShellObjects.Targets)], template);
    }

    // Without a cluster the step runs all the same.
    private protected override void RefuseToBegin(ErrorRecord error) => Warn($"The step {SafeText.Quote(Name)} is not recorded. {error}");

    private protected override void End()
    {
        if (!ShouldProcess(string.Join(", ", For.SelectMany(PowerShellObjects.Targets).Select(target => target.ToText())), $"Run the step {Name}"))
            return;
        // The block may change the location.
        var directory = OnFailureSave is null ? null : Path();
        var recording = _request is null ? null : new StepRecording(Session, _request, this);
        try
        {
            new StepBlock(this, ScriptBlock).Run(ErrorActionOfBlock());
        }
        catch (Exception error)
        {
            var end = StepEnd.Of(error);
            Record(recording, end);
            if (directory is not null && end.Kind == StepEndKind.Failed)
                Save(directory);
            throw;
        }

        Record(recording, StepEnd.Completed);
    }

    // As it is that of a function.
    private ActionPreference? ErrorActionOfBlock() => MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var action)
        && action is ActionPreference given and (ActionPreference.Stop or ActionPreference.Continue or ActionPreference.SilentlyContinue or ActionPreference.Ignore) ? given : null;

    private void Record(StepRecording? recording, StepEnd end)
    {
        if (recording is null)
            return;
        if (NoWait || end.Kind == StepEndKind.Stopped)
        {
            // Whoever stops a step does not want to wait.
            recording.HandOverEnd(end);
            return;
        }

        var ending = recording.EndAsync(end);
        Run(ending);
        WriteVerbose($"The step {SafeText.Quote(Name)} took {StepText.Duration(recording.Took)}.");
        Tell(ending.Result);
    }

    private string? Path()
    {
        try
        {
            return FileSystemPath.Resolve(this, OnFailureSave!);
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            Warn($"Nothing will be saved if the step fails: {error.Message}");
            return null;
        }
    }

    private void Save(string directory)
    {
        if (_request is null)
            return;
        try
        {
            var filter = new EventFilter { For = _request.Targets, Namespaces = Namespace is null ? [] : [Namespace] };
            var reason = new StepText(Name).FailedReason;
            var saving = Task.Run(() => new StepArtifacts(Session, Pump).SaveAsync(directory, reason, filter, _request.Template.Timeout, StopToken));
            Run(saving);
            WriteVerbose($"Saved: {string.Join(", ", saving.Result)}");
        }
#pragma warning disable CA1031 // Whatever went wrong, the error of the step is what the caller has to see.
        catch (Exception error) when (error is not PipelineStoppedException)
#pragma warning restore CA1031
        {
            Warn($"The events around the failed step {SafeText.Quote(Name)} could not be saved: {error.Message}");
        }
    }

    private void Tell(IReadOnlyList<CmdletMessage> messages)
    {
        foreach (var written in messages.OfType<EventMessage>())
            WriteVerbose($"{written.Event.Reason} is recorded on {EventText.Of(written.Event.InvolvedObject)}: {written.Outcome}.");
        foreach (var message in messages)
            message.Told?.Invoke();
        var problems = messages.Select(message => message switch
        {
            ErrorMessage { Error.Message: var text } => text,
            SpooledMessage { Text: var text } => text,
            _ => null,
        }).OfType<string>().ToArray();
        if (problems.Length > 0)
            Warn(problems[0] + (problems.Length > 1 ? $"{Environment.NewLine}So it is with {problems.Length} events of the step {SafeText.Quote(Name)}." : ""));
    }

    private void Warn(string text)
    {
        // A warning that stops would break the step.
        if (WarningPreference() == ActionPreference.Stop)
            WriteVerbose(text);
        else
            WriteWarning(text);
    }

    private ActionPreference WarningPreference()
    {
        var given = MyInvocation.BoundParameters.TryGetValue("WarningAction", out var action) ? action : SessionState.PSVariable.GetValue("WarningPreference");
        return LanguagePrimitives.TryConvertTo(given, out ActionPreference preference) ? preference : ActionPreference.Continue;
    }
}
