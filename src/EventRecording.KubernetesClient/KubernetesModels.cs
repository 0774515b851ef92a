using System.Text;
using k8s;
using k8s.Models;

namespace EventRecording.KubernetesClient;

/// <summary>The models of KubernetesClient as those of EventRecording, and back.</summary>
public static class KubernetesModels
{
    private static readonly EventJson Json = new();

    /// <summary>The reference to an object.</summary>
    /// <remarks>
    /// The client leaves apiVersion and kind of a list's items empty: those are taken from the attribute of the object's class.
    /// Of a static pod the uid is the one of its mirror's annotation, as <see cref="ObjectReference.WithMirror"/> says.
    /// </remarks>
    /// <exception cref="ObjectReferenceException">The object has no kind, no apiVersion or no name.</exception>
    public static ObjectReference ToObjectReference(this IKubernetesObject<V1ObjectMeta> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (apiVersion, kind) = (source.ApiVersion, source.Kind);
        if (string.IsNullOrEmpty(apiVersion) || string.IsNullOrEmpty(kind))
            (apiVersion, kind) = OfClass(source.GetType());
        string? mirror = null;
        source.Metadata?.Annotations?.TryGetValue(ObjectReference.MirrorAnnotation, out mirror);
        return ObjectReferenceReader.Default.Read(new ObjectReference
        {
            ApiVersion = apiVersion,
            Kind = kind,
            Namespace = source.Metadata?.NamespaceProperty,
            Name = source.Metadata?.Name,
            Uid = source.Metadata?.Uid,
            ResourceVersion = source.Metadata?.ResourceVersion,
        }.WithMirror(mirror));
    }

    /// <summary>The reference, as it is.</summary>
    public static ObjectReference ToObjectReference(this V1ObjectReference source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new()
        {
            ApiVersion = source.ApiVersion,
            Kind = source.Kind,
            Namespace = source.NamespaceProperty,
            Name = source.Name,
            Uid = source.Uid,
            ResourceVersion = source.ResourceVersion,
            FieldPath = source.FieldPath,
        };
    }

    /// <summary>The event, as one of core/v1.</summary>
    public static KubeEvent ToKubeEvent(this Corev1Event source) => Read(source) with { ApiVersion = EventApiVersion.CoreV1 };

    /// <summary>The event, as one of events.k8s.io/v1.</summary>
    public static KubeEvent ToKubeEvent(this Eventsv1Event source) => Read(source) with { ApiVersion = EventApiVersion.EventsV1 };

    /// <summary>The event as the client's model of core/v1, whatever group it came through.</summary>
    /// <remarks>Times of a whole second in <c>eventTime</c> and <c>series</c> get 100 ns more: the client writes them without a fraction otherwise, which the API server refuses.</remarks>
    public static Corev1Event ToCorev1Event(this KubeEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var model = KubernetesJson.Deserialize<Corev1Event>(Text(source, EventApiVersion.CoreV1));
        Complete(model.Metadata, source);
        model.EventTime = MicroTime(model.EventTime);
        if (model.Series is { } series)
            series.LastObservedTime = MicroTime(series.LastObservedTime);
        return model;
    }

    /// <summary>The event as the client's model of events.k8s.io/v1, whatever group it came through; without the fields of core/v1, which this group refuses.</summary>
    /// <remarks>Times of a whole second get 100 ns more: the client writes them without a fraction otherwise, which the API server refuses.</remarks>
    public static Eventsv1Event ToEventsv1Event(this KubeEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var model = KubernetesJson.Deserialize<Eventsv1Event>(Text(source, EventApiVersion.EventsV1));
        Complete(model.Metadata, source);
        model.EventTime = MicroTime(model.EventTime);
        if (model.Series is { } series)
            series.LastObservedTime = MicroTime(series.LastObservedTime)!.Value;
        return model;
    }

    private static (string? ApiVersion, string? Kind) OfClass(Type type)
    {
        var entity = Attribute.GetCustomAttribute(type, typeof(KubernetesEntityAttribute)) as KubernetesEntityAttribute;
        return (string.IsNullOrEmpty(entity?.Group) ? entity?.ApiVersion : $"{entity.Group}/{entity.ApiVersion}", entity?.Kind);
    }

    private static KubeEvent Read(object source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Json.ReadEvent(Encoding.UTF8.GetBytes(KubernetesJson.Serialize(source)));
    }

    private static string Text(KubeEvent source, string apiVersion) => Encoding.UTF8.GetString(EventJson.ToBytes(source with { ApiVersion = apiVersion }));

    // A request to create has none of these.
    private static void Complete(V1ObjectMeta metadata, KubeEvent source)
    {
        metadata.Uid = source.Uid;
        metadata.ResourceVersion = source.ResourceVersion;
        metadata.CreationTimestamp = source.CreationTimestamp?.UtcDateTime;
    }

    private static DateTime? MicroTime(DateTime? time) => time is { } value && value.Ticks % TimeSpan.TicksPerSecond == 0 ? value.AddTicks(1) : time;
}
