namespace EventRecording;

/// <summary>Where the recorder writes: the API server, memory, or whatever else takes events.</summary>
/// <remarks>
/// <para>
/// Called from several tasks at once; never twice at the same time for one event, except for what is sent from a spool.
/// The recorder's one loop calls: an implementation gives it a task at once, and waits for nothing before. One that can only block does so in <see cref="Task.Run(Action)"/>.
/// An implementation does not try again: the recorder does, by what is thrown. The time of a request is the implementation's, since it alone knows when
/// a credential and a connection were there: where no answer comes for some seconds, it throws. The recorder cancels at the write's deadline only
/// (or after <see cref="EventBroadcasterOptions.RequestTimeout"/>), and at its own end; an implementation ends soon after it is cancelled, since until then its
/// occurrences have no outcome. <see cref="EventJson"/> writes and reads what goes to and comes from a server.
/// </para>
/// <list type="table">
/// <listheader><term>what is thrown</term><description>what it means to the recorder</description></listheader>
/// <item><term><see cref="KubernetesApiException"/>, 409</term><description>
/// From a create with the reason <c>AlreadyExists</c> or none: the name is taken, by this series (it is read by an empty patch and counted up) or by a stranger (the next name is tried).
/// From a patch, or with another reason: the event has changed meanwhile; it is read, and tried again.</description></item>
/// <item><term>…, 404</term><description>From a patch: the event is gone and is created again. From a create: refused, there is no such namespace.</description></item>
/// <item><term>…, <see cref="KubernetesStatus.IsForbiddenByRole"/></term><description>
/// A right is missing: from a create, the other API group is tried; from a patch, repeats become new events. What is learned is said once.</description></item>
/// <item><term>…, 429</term><description>Not applied; tried again, not before <see cref="KubernetesStatus.RetryAfter"/>. So is one with <see cref="KubernetesStatus.IsStarting"/>.</description></item>
/// <item><term>…, 408 or 5xx</term><description>Perhaps applied (a proxy may have lost the answer): it is looked for before it is tried again.</description></item>
/// <item><term>…, any other code</term><description>Refused, for good: any other 403, 400, 401, 422, … With a spool, what a 401 answers is kept there.</description></item>
/// <item><term><see cref="EventStoreException"/></term><description>
/// No answer: perhaps applied, unless <see cref="EventStoreException.WasNotSent"/>. Tried again if <see cref="EventStoreException.IsTransient"/>.</description></item>
/// <item><term>any other exception</term><description>
/// No answer: perhaps applied, and tried again. So is <see cref="OperationCanceledException"/>: an implementation that is cancelled and
/// knows that nothing was sent throws an <see cref="EventStoreException"/> that says so instead.</description></item>
/// </list>
/// </remarks>
public interface IEventSink
{
    /// <summary>How many writes at the same time this sink bears, where it bears fewer than the recorder may try. Asked once by each broadcaster, which takes the smaller of this and <see cref="EventBroadcasterOptions.MaxConcurrentWrites"/>.</summary>
    /// <remarks>A sink around another one says what that one says.</remarks>
    /// <value>Default: <see langword="null"/>, as many as the option says.</value>
    int? MaxConcurrentWrites => null;

    /// <summary>Creates an event in its namespace, through the group of its <see cref="KubeEvent.ApiVersion"/>.</summary>
    /// <returns>The event as the server has it, with its <see cref="KubeEvent.ResourceVersion"/>.</returns>
    /// <exception cref="KubernetesApiException">The server answered with an error, 409 if the name is taken.</exception>
    /// <exception cref="EventStoreException">No usable answer came.</exception>
    ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken);

    /// <summary>Changes an event by a merge patch; an empty patch reads it, with no more rights than <c>patch</c>.</summary>
    /// <returns>The event as the server has it, with its <see cref="KubeEvent.ResourceVersion"/>.</returns>
    /// <exception cref="KubernetesApiException">
    /// The server answered with an error, 404 if the event is gone, 409 if its version is another one than the patch names.
    /// </exception>
    /// <exception cref="EventStoreException">No usable answer came.</exception>
    ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken);
}
