namespace EventRecording;

/// <summary>What happened to an event.</summary>
public enum EventChange
{
    /// <summary>It was there when the watch began, is new, or starts to match a selector of the server.</summary>
    Added,

    /// <summary>It was written again, mostly counted up; or an update made it match what is filtered here.</summary>
    Modified,

    /// <summary>
    /// It is gone, mostly because it expired. With a raw field or label selector also: it no longer matches, which the server tells in
    /// the same words.
    /// </summary>
    Deleted,
}

/// <summary>An event that a watch saw.</summary>
/// <param name="Change">What happened.</param>
/// <param name="Event">The event as it is now; as it last was, if deleted.</param>
public sealed record WatchedEvent(EventChange Change, KubeEvent Event)
{
    /// <summary>Whether it was there when the watch began; all else happened since.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool WasThere { get; init; }
}
