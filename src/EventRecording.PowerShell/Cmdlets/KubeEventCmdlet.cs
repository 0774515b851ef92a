using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>What the cmdlets share: sessions, messages from work on other threads, Ctrl+C.</summary>
public abstract class KubeEventCmdlet : PSCmdlet, IDisposable
{
    private const string Waiting = "Waiting for the server";

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _interrupt = new();
    private IReadOnlyList<Lease<ClusterSession>> _leases = [];
    private readonly List<IDisposable> _notices = [];
    private EventObjects? _objects;
    private int _linesOfText;
    private bool _isWaiting;
    private bool _showsWaiting;

    private protected KubeEventCmdlet() => Pump = new MessagePump(Emit);

    /// <summary>In whose name to record where nobody says: the calling script's.</summary>
    private protected string CallingComponent => ComponentName.From(MyInvocation.ScriptName);

    private protected EventObjects Objects => _objects ??= EventObjects.For(Host);

    /// <summary>Cancelled when the cmdlet is over, however it came to its end.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Cancelled by Ctrl+C alone. An error or <c>Select-Object -First</c> that ends the pipeline leaves what was begun to <c>Sync-KubeEvent</c>.</summary>
    private protected CancellationToken InterruptToken => _interrupt.Token;

    private protected MessagePump Pump { get; }

    /// <summary>Whether a bar says that the server is waited for: not where a cmdlet waits for events anyway, and nothing tells that it hears the server again.</summary>
    private protected virtual bool ShowsWaiting => true;

    private protected ClusterSession Session => _leases[0].Value;

    private protected IEnumerable<ClusterSession> Sessions => _leases.Select(lease => lease.Value);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Also ends the work of a pipeline that was stopped from downstream.
        _stop.Cancel();
        foreach (var session in Sessions)
            session.Awaited.HandOver(this);
        foreach (var notices in _notices)
            notices.Dispose();
        foreach (var lease in _leases)
            lease.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(RefuseToBegin, () =>
    {
        ModuleLifetime.IsServed |= Host.Name == "ServerRemoteHost";
        _leases = Lease();
        // Sessions may share a connection, whose notices are told once.
        var heard = new HashSet<Notices>();
        foreach (var session in Sessions)
        {
            session.Link.WasUsedByCmdlet = true;
            if (session.Link.HasPlugin)
                ModuleState.PluginDirectory = FileSystemPath.Location(this);
            foreach (var notices in new[] { session.Link.Notices, session.Notices })
            {
                if (heard.Add(notices))
                    _notices.Add(notices.Subscribe(session.OutputAmong(Sessions, Pump).Post));
            }
        }

        Begin();
    });

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(WriteError, Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(WriteError, () =>
    {
        End();
        // A warning that waited for a cmdlet to run has come to this one, which may have had nothing to wait for.
        Pump.Drain();
    });

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        _interrupt.Cancel();
        _stop.Cancel();
    }

    /// <summary>The sessions to work with, the first of them the one that was asked for.</summary>
    private protected virtual IReadOnlyList<Lease<ClusterSession>> Lease() => [];

    /// <summary>Leases on another thread, and waits: the disk of a kubeconfig may hang, and Ctrl+C ends the cmdlet all the same.</summary>
    private protected IReadOnlyList<Lease<ClusterSession>> Lease(Func<IReadOnlyList<Lease<ClusterSession>>> lease)
    {
        var leasing = Task.Run(lease);
        try
        {
            Run(leasing);
            return leasing.Result;
        }
        catch
        {
            _ = GiveBackAsync(leasing);
            throw;
        }
    }

    private protected virtual void Begin()
    {
    }

    /// <summary>An event is kept in the spool.</summary>
    private protected virtual void Spooled(string text) => WriteWarning(text);

    /// <summary>Called instead of <see cref="Begin"/> if there is no session, or after it if it failed.</summary>
    private protected virtual void RefuseToBegin(ErrorRecord error) => ThrowTerminatingError(error);

    private protected virtual void Process()
    {
    }

    private protected virtual void End()
    {
    }

    /// <summary>The objects in what was given. Of the lines of a text that was piped instead of objects only the first, which is an error.</summary>
    private protected IEnumerable<ObjectTarget> Targets(IEnumerable<PSObject> given) => given.SelectMany(PowerShellObjects.Targets)
        .Where(target => target is not BadTarget { IsLineOfText: true } || !MyInvocation.ExpectingInput || _linesOfText++ == 0);

    /// <summary>Waits for work, passing on what it has to say.</summary>
    private protected void Run(Task work)
    {
        _isWaiting = true;
        try
        {
            Pump.Run(work, StopToken);
        }
        finally
        {
            _isWaiting = false;
        }

        EndWaiting();
    }

    // What comes when nobody waits for it any more.
    private static async Task GiveBackAsync(Task<IReadOnlyList<Lease<ClusterSession>>> leasing)
    {
        foreach (var lease in await leasing.ConfigureAwait(false))
            lease.Dispose();
    }

    private void Guard(Action<ErrorRecord> report, Action action)
    {
        try
        {
            action();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e) when (ErrorMapper.Map(e) is { } error)
        {
            EndWaiting();
            report(ToRecord(error));
        }
    }

    // What is told may quote the cluster, and every terminal obeys it.
    private protected new void WriteVerbose(string text) => base.WriteVerbose(SafeText.Lines(text));

    private protected new void WriteWarning(string text) => base.WriteWarning(SafeText.Lines(text));

    // As every error that quotes a file or the cluster.
    private protected new void WriteError(ErrorRecord error)
    {
        error.ErrorDetails ??= new ErrorDetails(SafeText.Lines(error.Exception.Message));
        if (error.TargetObject is string target)
            error.CategoryInfo.TargetName = SafeText.OneLine(target);
        base.WriteError(error);
    }

    /// <summary>A time that was given in seconds.</summary>
    private protected static TimeSpan? Seconds(int? given) => given is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The cluster that is meant, from PowerShell's location on.</summary>
    private protected ClusterSelection Select(string? kubeconfig, string? context) => KubeConfigurationLoader.Select(
        kubeconfig is null ? null : FileSystemPath.Resolve(this, kubeconfig), context, FileSystemPath.Location(this));

    private void Emit(CmdletMessage message)
    {
        if (message is not VerboseMessage)
            EndWaiting();
        switch (message)
        {
            case EventMessage output:
                WriteObject(Objects.Of(output));
                break;
            case EventsMessage { Span: var span, Events: var events }:
                WriteObject(events.Select(item => Objects.Of(item, span)), enumerateCollection: true);
                break;
            case RelatedEventMessage related:
                WriteObject(Objects.Related(related));
                break;
            case ObjectMessage { Value: var value }:
                WriteObject(value);
                break;
            case ErrorMessage { Error: var error }:
                WriteError(ToRecord(error));
                break;
            case VerboseMessage { Text: var text }:
                WriteVerbose(text);
                // Not while something else goes on, such as what comes before in the pipeline.
                if (message is WaitingMessage { Why: var why } && _isWaiting && ShowsWaiting)
                {
                    _showsWaiting = true;
                    ShowProgress(new ProgressMessage(Waiting, SafeText.OneLine(why), null));
                }

                break;
            case WarningMessage { Text: var text }:
                WriteWarning(text);
                break;
            case SpooledMessage { Text: var text }:
                Spooled(text);
                break;
            case ProgressMessage progress:
                ShowProgress(progress);
                break;
        }
    }

    private void EndWaiting()
    {
        if (!_showsWaiting)
            return;
        _showsWaiting = false;
        ShowProgress(new ProgressMessage(Waiting, "Done", null, IsOver: true));
    }

    // Each activity has a bar of its own.
    private void ShowProgress(ProgressMessage progress) =>
        WriteProgress(new ProgressRecord(progress.Activity.GetHashCode(StringComparison.Ordinal) & int.MaxValue, progress.Activity, progress.Status)
        {
            PercentComplete = progress.Percent ?? -1,
            RecordType = progress.IsOver ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        });

    private protected static ErrorRecord ToRecord(CmdletError error) =>
        new(error.Cause ?? new TimeoutException(error.Message), error.Id, Enum.Parse<ErrorCategory>(error.Category.ToString()), error.Target ?? (error.Cause as KubernetesApiException)?.Status.Denial?.Namespace)
        {
            ErrorDetails = new ErrorDetails(SafeText.Lines(error.Message)),
        };
}

/// <summary>Where <c>Get-Help -Online</c> finds the pages of the cmdlets.</summary>
internal static class HelpPage
{
    public const string Root = "https://github.com/eventrecording/eventrecording/blob/main/docs/cmdlets/";
}
