using System.Collections;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Records an event on each object, where <c>kubectl describe</c> and <c>kubectl get events</c> show it.</summary>
/// <remarks>
/// <para>
/// An event says what was done to an object, or what went wrong with it. Objects come from the pipeline, with apiVersion, kind and metadata:
/// what <c>ConvertFrom-Json</c> makes of <c>kubectl get -o json</c> (a list counts as its items), hashtables, models of KubernetesClient, events
/// (which stand for the object they are about). Or they are named with <c>-For</c>.
/// </para>
/// <para>
/// The same thing recorded again (same object, type, reason, message, component and so on) counts up the event that is there, also from
/// another process or machine. So leave what differs each time, such as times and random names, out of the message, or each call makes an event of its own.
/// </para>
/// <para>
/// The output is the event as the server has it, with a property Outcome (Created or Counted), in the order of the input; many objects are
/// written at a time. An object that cannot be recorded on is an error, and the others are recorded all the same.
/// </para>
/// <para>
/// A role needs <c>create</c> and <c>patch</c> on events, and <c>get</c> on the objects of <c>-For</c> for their uid. API servers delete events after a while,
/// an hour by default.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// kubectl get redis my-op-redis -o json | ConvertFrom-Json |
///     Write-KubeEvent BackupCompleted 'saved to s3://backups/0007'
/// </code>
/// <para>Records on one custom resource. <c>kubectl describe redis my-op-redis</c> shows the event.</para>
/// </example>
/// <example>
/// <code>
/// kubectl get redis -o json | ConvertFrom-Json |
///     Write-KubeEvent ScaledUp 'replicas: {0} -> {1}' -ArgumentList 1, 3
/// </code>
/// <para>Records on each item of the list. Without <c>-ArgumentList</c> braces are plain text, so messages of others never need escaping.</para>
/// </example>
/// <example>
/// <code>
/// Write-KubeEvent CreatePodFailed 'quota exceeded: cpu=8' -For devbox/my-devbox -Type Warning
/// </code>
/// <para>Records on an object by its name; kind, resource and short name will do, with a group where they are ambiguous (<c>redis.cache.example.com/my-op-redis</c>).</para>
/// </example>
/// <example>
/// <code>
/// $failed = @()
/// kubectl get redis -o json | ConvertFrom-Json |
///     Write-KubeEvent BackupCompleted saved -ErrorVariable failed -ErrorAction SilentlyContinue |
///     Select-Object Name, Count, Outcome
/// $failed | ForEach-Object { "not recorded: $_" }
/// </code>
/// <para>Keeps what could not be recorded. The target of each error is the object that was given.</para>
/// </example>
/// <example>
/// <code>
/// $redis = kubectl get redis my-op-redis -o json | ConvertFrom-Json
/// $phase = $redis.status.phase
/// $redis | Write-KubeEvent PhaseChanged "phase is $phase" -OnChange "$phase"
/// </code>
/// <para>Records only if the phase is another than at the last run, for a script that runs every few minutes.</para>
/// </example>
/// <example>
/// <code>
/// kubectl get redis -o json | ConvertFrom-Json | Write-KubeEvent BackupStarted 'nightly' -NoWait
/// Sync-KubeEvent -TimeoutSec 60
/// </code>
/// <para>Hands the events over, goes on at once, and waits for them at the end. What failed is an error of <c>Sync-KubeEvent</c>.</para>
/// </example>
/// <example>
/// <code>
/// $backup = @{ 'example.com/backup' = '0007' }
/// Write-KubeEvent BackedUp saved -For rd/my-op-redis -Timestamp 8m -Annotation $backup -WhatIf
/// </code>
/// <para>Says what would be recorded. Times are given as a point in time or as how long ago.</para>
/// </example>
/// <seealso cref="GetKubeEventCommand"/>
/// <seealso cref="WatchKubeEventCommand"/>
/// <seealso cref="SyncKubeEventCommand"/>
[Cmdlet(VerbsCommunications.Write, "KubeEvent", DefaultParameterSetName = ByObject, SupportsShouldProcess = true, HelpUri = HelpPage.Root + "Write-KubeEvent.md")]
[OutputType(typeof(KubeEvent))]
public sealed class WriteKubeEventCommand : SpoolingCmdlet
{
    private const string ByObject = "InputObject";
    private const string ByName = "For";

    // What a recorder was made with.
    private static readonly string[] OfTheRecorder = [nameof(Component), nameof(HostName), nameof(SpoolPath), nameof(EventTimeToLive), nameof(Kubeconfig), nameof(Context)];

    private string? _onChange;
    private EventWriting? _writing;
    private OrderedResults? _results;
    private long _spooled;
    private string? _firstSpooled;

    /// <summary>Objects with apiVersion, kind and metadata; of a list, its items; of an event, the object it is about; rows with Kind, Name and perhaps Namespace, as of a CSV file.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true, HelpMessage = "An object with apiVersion, kind and metadata, as ConvertFrom-Json makes it of the output of kubectl get -o json.")]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Objects by name: <c>kind/name</c>, <c>resource/name</c> or <c>shortname/name</c>, such as <c>redis/my-op-redis</c>; or objects.</summary>
    /// <remarks>The object is read once for its uid, by which <c>kubectl describe</c> finds the event. If the role may not read it, the event has no uid.</remarks>
    [Parameter(ParameterSetName = ByName, Mandatory = true, HelpMessage = "kind/name, resource/name or shortname/name, such as redis/my-op-redis.")]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNullOrEmpty]
    public PSObject[] For { get; set; } = [];

    /// <summary>Why, in one UpperCamelCase word for people and machines, such as <c>ScaledUp</c>. Column REASON of kubectl.</summary>
    /// <remarks>Any Unicode, at most 128 bytes of UTF-8 where events.k8s.io/v1 is written. It is what others filter and alert by: choose few and keep them.</remarks>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "Why, in one UpperCamelCase word, such as ScaledUp.")]
    [ArgumentCompleter(typeof(ReasonCompleter))]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = "";

    /// <summary>What happened, in one sentence for people. Column MESSAGE of kubectl.</summary>
    /// <remarks>Part of what makes events the same. Everybody who may read events of the namespace reads it: no secrets.</remarks>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "What happened, in one sentence for people.")]
    [AllowEmptyString]
    public string Message { get; set; } = "";

    /// <summary>Values for <c>{0}</c>, <c>{1}</c> and so on in the message, as of the operator <c>-f</c>, with the invariant culture.</summary>
    /// <remarks>$null and an empty list are no values: the message is taken as it is, as without it.</remarks>
    [Parameter]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Normal, or Warning for what somebody should look at.</summary>
    [Parameter]
    [ValidateSet(EventType.Normal, EventType.Warning)]
    public string Type { get; set; } = EventType.Normal;

    /// <summary>Namespace of objects that do not say theirs; default: that of the context.</summary>
    [Parameter]
    [Alias("n")]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Annotations of the event, as a hashtable; values become text. At most 256 KiB in total.</summary>
    /// <remarks>When the event is counted up, those of the latest write win.</remarks>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Annotation { get; set; }

    /// <summary>Labels of the event, as a hashtable, for <c>Get-KubeEvent -LabelSelector</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Label { get; set; }

    /// <summary>What was done or failed, a word for machines, such as <c>Scaling</c>; the field <c>action</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Action { get; set; }

    /// <summary>A second object that has to do with it: an object, or <c>kind/name</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ObjectCompleter))]
    [ValidateNotNull]
    public PSObject? Related { get; set; }

    /// <summary>Who records; default: the name of the calling script; <c>pwsh</c> where there is none, as at the prompt and in <c>ForEach-Object -Parallel</c>. Column From of <c>kubectl describe</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SourceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Component { get; set; }

    /// <summary>Host, where that matters; default: none.</summary>
    /// <remarks>Part of what makes events the same: with it, each host counts for itself.</remarks>
    [Parameter]
    public string HostName { get; set; } = "";

    /// <summary>Which of several replicas records; the field <c>reportingInstance</c>. When the event is counted up, the latest wins.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Instance { get; set; }

    /// <summary>Part of the object, such as <c>spec.containers{redis}</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldPath { get; set; }

    /// <summary>When it first happened: a point in time, or how long ago (<c>90m</c>, <c>3d</c>, a TimeSpan); default: the time of the event.</summary>
    [Parameter]
    [InstantTransformation]
    public DateTimeOffset? FirstTimestamp { get; set; }

    /// <summary>When it happened: a point in time, or how long ago (<c>90m</c>, <c>3d</c>, a TimeSpan); default: now.</summary>
    [Parameter]
    [InstantTransformation]
    public DateTimeOffset? Timestamp { get; set; }

    /// <summary>How long each write is tried, in seconds. After that it is an error, or goes to the spool if there is one.</summary>
    /// <remarks>One call waits for an outage once: after a write that was tried for so long, those of its pipeline that follow are tried for a second each, until one is written.</remarks>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Records only if this value differs from the last one that was recorded so, by any process, on the same object, given by the same API version, with the same reason and component.</summary>
    /// <remarks>
    /// One event shows the latest change and counts the changes; it is updated in place, through core/v1, and needs the verbs create and patch.
    /// It holds a hash of the value, so the memory lasts as long as the event does: the server's time to live after the last change, an hour by default, 5 to 180 minutes on managed clusters; after that the value is recorded again. A short value can be guessed by its hash: no secrets.
    /// Nothing comes out where nothing was recorded; -Verbose says so. A value of any length is compared as text, with case; an object, a hashtable or a list as its JSON. Is never spooled: the next run compares again.
    /// </remarks>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    [ValueTextTransformation]
    public string? OnChange
    {
        get => _onChange;
        // A value that is $null was given all the same: a status without a phase.
        set => _onChange = value ?? "";
    }

    /// <summary>Hands the events over and goes on, without output; <c>Sync-KubeEvent</c> waits for them and reports what failed.</summary>
    /// <remarks>An object without its uid is recorded on as it is given; without <c>-NoWait</c> its uid is looked up, so that <c>kubectl describe</c> shows the event.</remarks>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Hands the events over to a recorder, as New-KubeEventRecorder makes it, which combines them and limits their rate. As with <c>-NoWait</c> there is no output.</summary>
    [Parameter]
    [ValidateNotNull]
    public KubeEventRecorder? Recorder { get; set; }

    private protected override void Begin()
    {
        CheckRecorder();
        if (ModuleState.ReasonAdvice.Once(Reason) is { } advice)
            WriteWarning(advice);
        var request = new WriteRequest
        {
            Reason = Reason,
            Message = MessageFormat.Apply(Message, ArgumentList?.Select(PowerShellObjects.Unwrap).ToArray()),
            Type = PowerShellObjects.TypeOf(Type),
            Action = Action,
            Related = Related is null ? null : PowerShellObjects.Target(Related) ?? throw new ArgumentException("-Related names one object, and several or none were given."),
            Annotations = PowerShellObjects.Texts(Annotation),
            Labels = PowerShellObjects.Texts(Label),
            Source = new EventReporter(Component ?? CallingComponent, HostName),
            Instance = Instance,
            FieldPath = FieldPath,
            FirstTimestamp = FirstTimestamp,
            Timestamp = Timestamp,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            OnChange = OnChange,
            Namespace = Namespace,
        };
        _writing = new EventWriting(Session, request, InterruptToken, Recorder);
        _results = new OrderedResults(Pump, StopToken);
    }

    // PowerShell does not ask -ErrorAction where a pipeline cannot begin; but the error that a script is about to throw matters more than that it has no cluster.
    private protected override void RefuseToBegin(ErrorRecord error)
    {
        if (Sessions.Any() || !MyInvocation.BoundParameters.ContainsKey("ErrorAction"))
            base.RefuseToBegin(error);
        WriteError(error);
    }

    private protected override void Process()
    {
        // Refused to begin.
        if (_results is null)
            return;
        foreach (var target in Targets(ParameterSetName == ByName ? For : InputObject))
        {
            // What can only be an error is one in a dry run, too.
            if (target is not BadTarget && !ShouldProcess(target.ToText(), $"Record {_writing!.What}"))
                continue;
            var adding = _results.AddAsync(Session.Awaited.Add(this, () => NoWait || Recorder is not null ? _writing!.HandOverAsync(target) : _writing!.WriteAsync(target)));
            // Not while there is room: an error of the first that ends the pipeline must not keep the others of a list from being recorded.
            if (!adding.IsCompleted)
                Run(adding);
        }

        Pump.Drain();
    }

    private protected override void End()
    {
        if (_results is null)
            return;
        Run(_results.CompleteAsync());
        if (_firstSpooled is not null)
            WriteWarning(_spooled == 1 ? _firstSpooled : EventText.Spooled(_spooled, _firstSpooled));
    }

    // An outage is one thing to tell, however many events it keeps waiting.
    private protected override void Spooled(string text)
    {
        _spooled++;
        _firstSpooled ??= text;
        WriteVerbose(text);
    }

    private protected override IReadOnlyList<Lease<ClusterSession>> Lease() =>
        Recorder is null ? base.Lease() : [Recorder.Lease()];

    private void CheckRecorder()
    {
        if (Recorder is { IsClosed: true })
            throw new ArgumentException(KubeEventRecorder.Closed);
        if (Recorder is not null && OfTheRecorder.FirstOrDefault(name => MyInvocation.BoundParameters.ContainsKey(name) && !IsByDefault(name)) is { } given)
            throw new ArgumentException($"-{given} is the recorder's: give it to New-KubeEventRecorder.");
    }

    // What $PSDefaultParameterValues gives, nobody asked for here.
    private bool IsByDefault(string name) => SessionState.PSVariable.GetValue("PSDefaultParameterValues") is IDictionary defaults && PowerShellObjects.Entries(defaults).Any(entry =>
        entry.Key is string key && key.EndsWith($":{name}", StringComparison.OrdinalIgnoreCase) && Equals(PowerShellObjects.Unwrap(entry.Value)?.ToString(), MyInvocation.BoundParameters[name]?.ToString()));
}
