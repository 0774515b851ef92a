namespace EventRecording;

/// <summary>Where the recorder writes: the API server, memory, or whatever else takes events.</summary>
/// <remarks>
/// Called from several tasks at once; never twice at the same time for one event, except for what is sent from a spool.
/// An answer that is no success is thrown as <see cref="KubernetesApiException"/>; every other exception means that no answer came,
/// so that the write may have been applied or not. The recorder decides what is tried again; an implementation does not retry.
/// </remarks>
public interface IEventSink
{
    /// <summary>Creates an event in its namespace, through the group of its <see cref="KubeEvent.ApiVersion"/>.</summary>
    /// <returns>The event as the server has it.</returns>
    /// <exception cref="KubernetesApiException">The server answered with an error, 409 if the name is taken.</exception>
    ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken);

    /// <summary>Changes an event by a merge patch; an empty patch reads it, with no more rights than <c>patch</c> (transcript <c>rights</c>).</summary>
    /// <returns>The event as the server has it.</returns>
    /// <exception cref="KubernetesApiException">
    /// The server answered with an error, 404 if the event is gone, 409 if its version is another one than the patch names.
    /// </exception>
    ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken);
}
