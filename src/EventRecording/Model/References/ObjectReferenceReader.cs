using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording;

/// <summary>Finds out how an event refers to an object.</summary>
/// <remarks>
/// An object is an <see cref="ObjectReference"/>, a <see cref="KubeEvent"/> (for the object that it is about), or anything with
/// apiVersion, kind
/// and metadata: a dictionary, a JSON value, an instance of a class with such properties (upper and lower case are the same).
/// A class of KubernetesClient whose instance carries no kind, as the items of its lists, tells it by its attribute KubernetesEntity.
/// In a trimmed app a class loses the properties that no code names: there an <see cref="ObjectReference"/>, a dictionary or a JSON value is needed.
/// Only what the object says is used; nothing is asked from a server.
/// Of a static pod the uid is the one of its mirror's annotation, as <see cref="ObjectReference.WithMirror"/> says.
/// </remarks>
public sealed class ObjectReferenceReader
{
    private readonly Func<object, string, object?>? _property;

    /// <summary>A reader.</summary>
    /// <param name="property">
    /// Reads a property of an object of a kind that is not known here; asked first, for each object on the way. Returns <see
    /// langword="null"/>
    /// for an object that it doesn't know and for a property that isn't there.
    /// </param>
    public ObjectReferenceReader(Func<object, string, object?>? property = null) => _property = property;

    /// <summary>The reader without a property reader of its own.</summary>
    public static ObjectReferenceReader Default { get; } = new();

    /// <summary>The reference to an object.</summary>
    /// <exception cref="ObjectReferenceException">The object has no kind, no apiVersion or no name.</exception>
    public ObjectReference Read(object source) =>
        TryRead(source, out var error) ?? throw new ObjectReferenceException(error!);

    /// <summary>The reference to an object; <see langword="null"/>, and why, if there is none.</summary>
    public ObjectReference? TryRead(object? source, out string? error)
    {
        var reference = source switch
        {
            ObjectReference given => given,
            KubeEvent kubeEvent => kubeEvent.InvolvedObject,
            null or string => null,
            _ => ReadProperties(source),
        };
        error = reference is null ? NoObject(source) : Missing(reference, source!);
        return error is null ? reference : null;
    }

    private ObjectReference ReadProperties(object source)
    {
        // A reference, such as one of another event, has no metadata.
        var metadata = Property(source, "metadata") ?? source;
        var entity = EntityAttribute.Of(source.GetType());
        var reference = new ObjectReference
        {
            ApiVersion = Text(source, "apiVersion") ?? entity?.ApiVersion,
            Kind = Text(source, "kind") ?? entity?.Kind,
            Namespace = Text(metadata, "namespace") ?? Text(metadata, "namespaceProperty"),
            Name = Text(metadata, "name"),
            Uid = Text(metadata, "uid"),
            ResourceVersion = Text(metadata, "resourceVersion"),
            FieldPath = ReferenceEquals(metadata, source) ? Text(source, "fieldPath") : null,
        };
        // Only a pod has one: the others need not be asked.
        return reference.Kind == "Pod" && Property(metadata, "annotations") is { } annotations ? reference.WithMirror(Text(annotations, ObjectReference.MirrorAnnotation)) : reference;
    }

    private string? Text(object source, string name) => Scalar(Property(source, name)) is { Length: > 0 } text ? text : null;

    // A list or an object is no name: its text would be that of its type.
    private static string? Scalar(object? value) => value switch
    {
        string or bool or char => value.ToString(),
        JsonElement json => IsScalar(json.ValueKind) ? json.ToString() : null,
        JsonValue json => IsScalar(json.GetValueKind()) ? json.ToString() : null,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static bool IsScalar(JsonValueKind kind) => kind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private object? Property(object source, string name) => _property?.Invoke(source, name) ?? ObjectProperties.Read(source, name);

    private static string NoObject(object? source) => source is null
        ? "There is no object: an event is about one."
        : "A text is no object: an event is about an object with apiVersion, kind and metadata.name.";

    private string? Missing(ObjectReference reference, object source)
    {
        if (source is IList or JsonArray or JsonElement { ValueKind: JsonValueKind.Array })
            return $"A list ({source.GetType().Name}) is no object: record on its items one by one.";
        var missing = reference switch
        {
            { Kind: null or "" } => "kind",
            // The kubelet leaves the apiVersion out in what it writes about nodes and pods.
            { ApiVersion: null or "" } when source is not KubeEvent => "apiVersion",
            { Name: null or "" } => "name",
            _ => null,
        };
        return missing is null
            ? null
            : $"The object {Describe(reference, source)} has no {missing}: "
                + "an event refers to its object by apiVersion, kind and metadata.name."
                + (_property is null && source is not (KubeEvent or ObjectReference) && Scalar(source) is null && ObjectProperties.IsReflected(source) ? " If the app is trimmed, its class may have lost that: pass an ObjectReference." : "");
    }

    private static string Describe(ObjectReference reference, object source) => (reference.Kind, reference.Name) switch
    {
        ({ Length: > 0 } kind, { Length: > 0 } name) => $"{kind}/{name}",
        (_, { Length: > 0 } name) => $"'{SafeText.Quote(name)}' ({source.GetType().Name})",
        ({ Length: > 0 } kind, _) => $"of the kind {kind}",
        _ => $"of the type {source.GetType().Name}",
    };
}
