using System.Collections;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Records an event on each object.</summary>
[Cmdlet(VerbsCommunications.Write, "KubeEvent", DefaultParameterSetName = ByObject, SupportsShouldProcess = true)]
[OutputType(typeof(KubeEvent))]
public sealed class WriteKubeEventCommand : SpoolingCmdlet
{
    private const string ByObject = "InputObject";
    private const string ByName = "For";

    private EventWriting? _writing;
    private OrderedResults? _results;

    /// <summary>Objects with apiVersion, kind and metadata.</summary>
    [Parameter(ParameterSetName = ByObject, Mandatory = true, ValueFromPipeline = true, HelpMessage = "An object with apiVersion, kind and metadata, as ConvertFrom-Json makes it of the output of kubectl get -o json.")]
    [ValidateNotNull]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Objects by name, such as <c>redis/my-op-redis</c>.</summary>
    [Parameter(ParameterSetName = ByName, Mandatory = true, HelpMessage = "kind/name, resource/name or shortname/name, such as redis/my-op-redis.")]
    [ValidateNotNullOrEmpty]
    public PSObject[] For { get; set; } = [];

    /// <summary>Why, in one UpperCamelCase word.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "Why, in one UpperCamelCase word, such as ScaledUp.")]
    [ValidateNotNullOrEmpty]
    public string Reason { get; set; } = "";

    /// <summary>What happened, for people.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "What happened, in one sentence for people.")]
    [AllowEmptyString]
    public string Message { get; set; } = "";

    /// <summary>Values for <c>{0}</c>, <c>{1}</c> and so on in the message.</summary>
    [Parameter]
    [AllowNull]
    public object?[]? ArgumentList { get; set; }

    /// <summary>Normal or Warning.</summary>
    [Parameter]
    [ValidateSet(EventType.Normal, EventType.Warning)]
    public string Type { get; set; } = EventType.Normal;

    /// <summary>Namespace of objects that do not say theirs; default: that of the context.</summary>
    [Parameter]
    [Alias("n")]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>Annotations of the event.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Annotation { get; set; }

    /// <summary>Labels of the event.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Label { get; set; }

    /// <summary>What was done or failed, a word for machines.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Action { get; set; }

    /// <summary>A second object that has to do with it: an object, or <c>kind/name</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public PSObject? Related { get; set; }

    /// <summary>Who records; default: the name of the calling script, and <c>pwsh</c> at the prompt.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Component { get; set; }

    /// <summary>Host, where that matters; part of what makes events the same.</summary>
    [Parameter]
    public string HostName { get; set; } = "";

    /// <summary>Which of several replicas records.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Instance { get; set; }

    /// <summary>Part of the object, such as <c>spec.containers{redis}</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldPath { get; set; }

    /// <summary>When it first happened.</summary>
    [Parameter]
    [InstantTransformation]
    public DateTimeOffset? FirstTimestamp { get; set; }

    /// <summary>When it happened; default: now.</summary>
    [Parameter]
    [InstantTransformation]
    public DateTimeOffset? Timestamp { get; set; }

    /// <summary>How long each write is tried, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Hands the events over and goes on, without output; <c>Sync-KubeEvent</c> waits for them and reports what failed.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override void Begin()
    {
        var request = new WriteRequest
        {
            Reason = Reason,
            Message = MessageFormat.Apply(Message, ArgumentList?.Select(PowerShellObjects.Unwrap).ToArray()),
            Type = string.Equals(Type, EventType.Warning, StringComparison.OrdinalIgnoreCase) ? EventType.Warning : EventType.Normal,
            Action = Action,
            Related = Related is null ? null : PowerShellObjects.Targets(Related).Single(),
            Annotations = PowerShellObjects.Texts(Annotation),
            Labels = PowerShellObjects.Texts(Label),
            Source = new EventSource(Component ?? ScriptName() ?? "pwsh", HostName),
            Instance = Instance,
            FieldPath = FieldPath,
            FirstTimestamp = FirstTimestamp,
            Timestamp = Timestamp,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            Namespace = Namespace,
        };
        Message = request.Message;
        _writing = new EventWriting(Session, request, StopToken);
        _results = new OrderedResults(Pump, StopToken);
    }

    private protected override void Process()
    {
        foreach (var target in (ParameterSetName == ByName ? For : InputObject).SelectMany(PowerShellObjects.Targets))
        {
            if (ShouldProcess(EventText.Of(target), $"Record {EventText.Of(Type, Reason, Message)}"))
                Run(_results!.AddAsync(NoWait ? _writing!.HandOverAsync(target) : _writing!.WriteAsync(target)));
        }

        Pump.Drain();
    }

    private protected override void End() => Run(_results!.CompleteAsync());

    private string? ScriptName() => Path.GetFileNameWithoutExtension(MyInvocation.ScriptName) is { Length: > 0 } name ? name : null;
}
