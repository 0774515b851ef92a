namespace EventRecording.Cluster;

/// <summary>An object that was looked up on a server.</summary>
/// <param name="Reference">How an event refers to it; without uid and version if it could not be read.</param>
/// <param name="Denied">Why it could not be read, where the right to get it is missing: events can still be written about it.</param>
public sealed record ResolvedObject(ObjectReference Reference, KubernetesApiException? Denied = null)
{
    /// <summary>What owns it, by its ownerReferences; they name no namespace, an owner is in the object's or in none.</summary>
    public IReadOnlyList<ObjectReference> Owners { get; init; } = [];
}
