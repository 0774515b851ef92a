namespace EventRecording;

/// <summary>Names the object that an event is about, or one that is related to it.</summary>
/// <remarks><c>involvedObject</c> and <c>related</c> of core/v1, <c>regarding</c> and <c>related</c> of events.k8s.io/v1.</remarks>
public sealed record ObjectReference
{
    /// <summary>The annotation that the mirror of a static pod has in the API: the uid of that pod on its node.</summary>
    public const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>API group and version, such as <c>apps/v1</c>, or <c>v1</c> for the core group.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind, such as <c>Pod</c>. kubectl shows it before the slash in the column OBJECT.</summary>
    public string? Kind { get; init; }

    /// <summary>Namespace of the object; <see langword="null"/> for a cluster-scoped one.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of the object. kubectl shows it behind the slash in the column OBJECT.</summary>
    public string? Name { get; init; }

    /// <summary>Uid of the object. <c>kubectl describe</c> asks for events with this uid, so an event without it may not be shown there.</summary>
    public string? Uid { get; init; }

    /// <summary>Version of the object that the event is about.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Part of the object, such as <c>spec.containers{redis}</c>. kubectl shows it in the column SUBOBJECT of the wide table.</summary>
    public string? FieldPath { get; init; }

    /// <summary>API group of <see cref="ApiVersion"/>; empty for the core group.</summary>
    public string ApiGroup => ApiVersion is { } version && version.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? version[..slash] : "";

    /// <summary>The reference to a static pod by way of its mirror: with the pod's own uid, with which the kubelet writes, and for which kubectl describe asks.</summary>
    /// <param name="mirror">The object's <see cref="MirrorAnnotation"/>.</param>
    /// <returns>The same reference, if it names no <c>Pod</c> of <c>v1</c>, or the object has no such annotation.</returns>
    public ObjectReference WithMirror(string? mirror) =>
        this is { ApiVersion: "v1", Kind: "Pod" } && !string.IsNullOrEmpty(mirror) ? this with { Uid = mirror } : this;

    /// <summary>The <see cref="Uid"/> that the API gives; <see langword="null"/> where it is missing, or is one that a kubelet gives, who knows no other.</summary>
    /// <remarks>To its node it gives the name, to a static pod the hash of its manifest, 32 digits without a hyphen.</remarks>
    public string? UidOfApi() => string.IsNullOrEmpty(Uid) || HasUidOfKubelet() ? null : Uid;

    /// <summary>Whether it may be the object that another reference of this kind, namespace and name is to: no two uids of the API tell them apart.</summary>
    /// <param name="other">The other reference.</param>
    public bool MayBe(ObjectReference other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return UidOfApi() is not { } uid || other.UidOfApi() is not { } otherUid || uid == otherUid;
    }

    /// <summary>The reference as kubectl writes it in the column OBJECT: <c>redis/my-op-redis</c>; fit for a terminal, as <see cref="SafeText.Escape"/> makes it.</summary>
#pragma warning disable CA1308 // kubectl lower-cases the kind
    public override string ToString() => SafeText.Escape($"{Kind?.ToLowerInvariant()}/{Name}");
#pragma warning restore CA1308

    private bool HasUidOfKubelet() => Kind switch
    {
        "Node" => Uid is { Length: > 0 } && Uid == Name,
        "Pod" => Uid is { Length: 32 } && Uid.All(char.IsAsciiHexDigit),
        _ => false,
    };
}
