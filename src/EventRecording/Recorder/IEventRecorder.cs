namespace EventRecording;

/// <summary>What a controller needs of an <see cref="EventRecorder"/>, to be injected and to be mocked; the counterpart of Go's <c>record.EventRecorder</c>.</summary>
/// <remarks>
/// <c>Event</c>, <c>Eventf</c>, <c>AnnotatedEventf</c> and <c>TryRecord</c> never block and never throw: they return whether the occurrence was accepted.
/// <c>RecordAsync</c> waits and gives the outcome; <c>EnqueueAsync</c> waits for room only. Safe to use from any thread.
/// </remarks>
public interface IEventRecorder
{
    /// <summary>Records that something happened to an object. The message is taken as it is: <c>%</c> and <c>{0}</c> mean nothing in it.</summary>
    /// <param name="regarding">
    /// The object: an <see cref="ObjectReference"/> (the fastest), or anything with apiVersion, kind and metadata that
    /// <see cref="EventBroadcasterOptions.ObjectReader"/> can read, such as a model of KubernetesClient.
    /// </param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">Why, in one UpperCamelCase word.</param>
    /// <param name="message">What happened, for people.</param>
    /// <returns><see langword="false"/> if it was not accepted: no room, disposed, or not valid.</returns>
    bool Event(object regarding, string type, string reason, string message);

    /// <summary>As <see cref="Event"/>, with a message in .NET's composite format: <c>Eventf(redis, "Normal", "ScaledUp", "{0} replicas", 3)</c>.</summary>
    /// <remarks>Numbers and dates are formatted for the invariant culture. A format that does not fit its arguments, or names none of them (<c>%s</c> does not), is recorded as it stands, followed by them.</remarks>
    /// <returns><see langword="false"/> if it was not accepted.</returns>
    bool Eventf(object regarding, string type, string reason, string format, params object?[] args);

    /// <summary>As <see cref="Eventf"/>, with annotations on the event.</summary>
    /// <returns><see langword="false"/> if it was not accepted.</returns>
    bool AnnotatedEventf(object regarding, IReadOnlyDictionary<string, string> annotations, string type, string reason, string format, params object?[] args);

    /// <summary>Records an occurrence with all that can be said of it; never blocks.</summary>
    /// <returns><see langword="false"/> if it was not accepted.</returns>
    bool TryRecord(Occurrence occurrence);

    /// <summary>Records an occurrence, waiting for room if there is none, and waits for its outcome.</summary>
    /// <remarks>
    /// What the rate limit holds back has no outcome before it is written: after 25 of one source, object and type in a row the next one waits for 5 minutes by default, 30 at most.
    /// <c>TryRecord</c> waits for nothing; without <see cref="EventBroadcasterOptions.RateLimit"/> none is held back, and a flush writes it at once.
    /// </remarks>
    /// <param name="occurrence">What happened.</param>
    /// <param name="cancellationToken">Ends the waiting; an occurrence that was accepted is written all the same, and one that was not counts as nothing, not even as rejected.</param>
    /// <returns>What became of it; refusals and failures are outcomes, not exceptions.</returns>
    /// <exception cref="OccurrenceRejectedException">It is not valid, or the recorder stopped by an error of its own; the message says what to do.</exception>
    /// <exception cref="ObjectDisposedException">The broadcaster is disposed.</exception>
    Task<EventOutcome> RecordAsync(Occurrence occurrence, CancellationToken cancellationToken = default);

    /// <summary>Records an occurrence, waiting for room if there is none, but not for its outcome.</summary>
    /// <param name="occurrence">What happened.</param>
    /// <param name="cancellationToken">Ends the waiting; the occurrence then counts as nothing, not even as rejected.</param>
    /// <exception cref="OccurrenceRejectedException">It is not valid, or the recorder stopped by an error of its own; the message says what to do.</exception>
    /// <exception cref="ObjectDisposedException">The broadcaster is disposed.</exception>
    Task EnqueueAsync(Occurrence occurrence, CancellationToken cancellationToken = default);
}
