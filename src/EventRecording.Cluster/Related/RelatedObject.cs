namespace EventRecording.Cluster;

/// <summary>An object that has to do with another one.</summary>
/// <param name="Reference">The object; without a uid if it was only named.</param>
/// <param name="Relation">What it is to the other: one of <see cref="ObjectRelation"/>.</param>
public sealed record RelatedObject(ObjectReference Reference, string Relation);

/// <summary>What one object is to another.</summary>
public static class ObjectRelation
{
    /// <summary>It is the object itself.</summary>
    public const string Self = "self";

    /// <summary>Owns it, directly or through others.</summary>
    public const string Owner = "owner";

    /// <summary>Is owned by it, directly or through others.</summary>
    public const string Owned = "owned";

    /// <summary>The node that one of its pods runs on.</summary>
    public const string Node = "node";

    /// <summary>A persistent volume claim that it names.</summary>
    public const string Claim = "claim";

    /// <summary>The persistent volume behind a claim.</summary>
    public const string Volume = "volume";

    /// <summary>A config map or secret that it names.</summary>
    public const string Config = "config";
}

/// <summary>What has to do with some objects.</summary>
/// <param name="Objects">The objects, those that were asked about first; each one once.</param>
/// <param name="Conditions">The latest transitions of their status conditions, if they were asked for.</param>
/// <param name="Unread">One line for people for each thing that could not be read, so that objects may be missing.</param>
public sealed record RelatedObjectsResult(IReadOnlyList<RelatedObject> Objects, IReadOnlyList<ConditionTransition> Conditions, IReadOnlyList<string> Unread);
