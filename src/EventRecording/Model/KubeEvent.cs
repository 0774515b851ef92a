using System.Collections.ObjectModel;
using System.Text.Json;

namespace EventRecording;

/// <summary>An event as the API server has it, the same type for core/v1 and events.k8s.io/v1.</summary>
/// <remarks>
/// <see cref="FirstSeen"/>, <see cref="LastSeen"/>, <see cref="Count"/> and <see cref="Source"/> hold whatever the writer filled in;
/// the other properties hold the fields themselves, under their names in core/v1.
/// </remarks>
public record KubeEvent
{
    internal static readonly IReadOnlyDictionary<string, string> NoTexts = ReadOnlyDictionary<string, string>.Empty;

    // One for all: nearly every event is given its own.
    private static readonly ObjectReference NoObject = new();

    /// <summary>API group and version through which the event was read or is written.</summary>
    /// <value>Default: <see cref="EventApiVersion.CoreV1"/>.</value>
    public string ApiVersion { get; init; } = EventApiVersion.CoreV1;

    /// <summary>Name of the event itself, not of the object it is about.</summary>
    public string Name { get; init; } = "";

    /// <summary>Namespace of the event: that of the object, or <c>default</c> or <c>kube-system</c> for a cluster-scoped one.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Uid of the event.</summary>
    public string? Uid { get; init; }

    /// <summary>Version of the event: changes with every write.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Context of the kubeconfig through which the event was read or written, to tell clusters apart. No field of the API: it is in no JSON.</summary>
    /// <value><see langword="null"/> without a kubeconfig, and of what was read from a file.</value>
    public string? Context { get; init; }

    /// <summary>When the API server created the event.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Labels of the event.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoTexts;

    /// <summary>Annotations of the event.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = NoTexts;

    /// <summary>The object that the event is about (<c>regarding</c> in events.k8s.io/v1). Column OBJECT of kubectl.</summary>
    public ObjectReference InvolvedObject { get; init; } = NoObject;

    /// <summary>A second object that has to do with the event.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>Normal or Warning; other values come only from other writers through core/v1.</summary>
    public string? Type { get; init; }

    /// <summary>Why it happened, a word for machines such as <c>ScaledUp</c>. Column REASON of kubectl.</summary>
    public string? Reason { get; init; }

    /// <summary>What happened, for people (<c>note</c> in events.k8s.io/v1). Column MESSAGE of kubectl. Untrusted text.</summary>
    public string? Message { get; init; }

    /// <summary>What was done or failed, a word for machines; required by events.k8s.io/v1.</summary>
    public string? Action { get; init; }

    /// <summary><c>source.component</c> of core/v1. Column From of <c>kubectl describe</c>.</summary>
    public string? SourceComponent { get; init; }

    /// <summary><c>source.host</c> of core/v1.</summary>
    public string? SourceHost { get; init; }

    /// <summary><c>reportingComponent</c> of core/v1, <c>reportingController</c> of events.k8s.io/v1.</summary>
    public string? ReportingController { get; init; }

    /// <summary>Which of several replicas wrote the event.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary><c>firstTimestamp</c> of core/v1, in whole seconds.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary><c>lastTimestamp</c> of core/v1, in whole seconds.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary><c>eventTime</c>, to the microsecond: the first occurrence of an event of events.k8s.io/v1.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary><c>count</c> of core/v1 (<c>deprecatedCount</c> of events.k8s.io/v1); <see cref="Count"/> is the effective one.</summary>
    public int? CoreCount { get; init; }

    /// <summary>The field <c>series</c>, which kubectl prefers to <c>count</c> where an event has both.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>Fields of <c>metadata</c> without a property of their own, such as <c>ownerReferences</c>; never <c>managedFields</c>.</summary>
    internal IReadOnlyDictionary<string, JsonElement>? OtherMetadata { get; init; }

    /// <summary>Fields of the event without a property of their own.</summary>
    internal IReadOnlyDictionary<string, JsonElement>? OtherFields { get; init; }

    /// <summary>How often it happened: the series' count, else <c>count</c>, else 1; as kubectl shows it behind the <c>x</c>.</summary>
    public int Count => Series?.Count ?? (CoreCount is > 0 ? CoreCount.Value : 1);

    /// <summary>When it first happened: <c>eventTime</c>, else <c>firstTimestamp</c>, else the time of the last occurrence.</summary>
    /// <value><see langword="null"/> where the writer gave no time; kubectl shows <c>&lt;unknown&gt;</c>.</value>
    public DateTimeOffset? FirstSeen => EventTime ?? FirstTimestamp ?? Series?.LastObservedTime ?? LastTimestamp;

    /// <summary>When it last happened: the series' time, else <c>lastTimestamp</c>, else the time of the first occurrence. Column LAST SEEN of kubectl.</summary>
    /// <value><see langword="null"/> where the writer gave no time; kubectl shows <c>&lt;unknown&gt;</c>.</value>
    public DateTimeOffset? LastSeen => Series?.LastObservedTime ?? LastTimestamp ?? EventTime ?? FirstTimestamp;

    /// <summary>Who wrote it: the source's component, else the reporting controller. Column From of <c>kubectl describe</c>.</summary>
    public string? Source => string.IsNullOrEmpty(SourceComponent) ? ReportingController : SourceComponent;

    /// <summary>One line for people: type, reason, object, count and message; fit for a terminal, as <see cref="SafeText.Escape"/> makes it.</summary>
    public sealed override string ToString() => SafeText.Escape($"{Type} {Reason} {InvolvedObject} (x{Count}): {Message}");
}

/// <summary>The field <c>series</c> of an event that stands for several occurrences.</summary>
/// <param name="Count">Number of occurrences so far, the first one included; the server wants at least 2.</param>
/// <param name="LastObservedTime">Time of the latest occurrence, to the microsecond.</param>
public sealed record EventSeries(int Count, DateTimeOffset? LastObservedTime);

/// <summary>The two types of events that Kubernetes defines.</summary>
public static class EventType
{
    /// <summary>Something happened as it should.</summary>
    public const string Normal = "Normal";

    /// <summary>Something needs attention.</summary>
    public const string Warning = "Warning";
}

/// <summary>The two API groups through which the one store of events is seen.</summary>
public static class EventApiVersion
{
    /// <summary>core/v1, the group of <c>kubectl get events</c>.</summary>
    public const string CoreV1 = "v1";

    /// <summary>events.k8s.io/v1, with stricter rules: a time, an action, a reporting controller and its instance are required, a reason has at most 128 bytes, a note 1,024.</summary>
    public const string EventsV1 = "events.k8s.io/v1";

    /// <summary>Nothing else is written: the fields have other names in each group.</summary>
    internal static void Require(string apiVersion, string parameter)
    {
        if (apiVersion is not (CoreV1 or EventsV1))
            throw new ArgumentException($"Events are read and written through {CoreV1} or {EventsV1}, not through {apiVersion}.", parameter);
    }
}
