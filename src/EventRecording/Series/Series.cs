namespace EventRecording;

/// <summary>Where a series is on its way to the server.</summary>
internal enum SeriesState : byte
{
    /// <summary>Nothing is pending.</summary>
    Idle,

    /// <summary>Queued for the next free worker.</summary>
    Ready,

    /// <summary>Held by the rate limit.</summary>
    Limited,

    /// <summary>A write is in flight, and the worker owns <see cref="Series.Event"/>; or it was given up and is on its way into the spool.</summary>
    Writing,

    /// <summary>A write waits to be tried again.</summary>
    Waiting,
}

/// <summary>All occurrences with one key, and what is known of the event that holds them.</summary>
internal sealed class Series(in SeriesKey key, WriterMark mark) : Keyed<Series>
{
    private readonly SeriesKey _key = key;

    public override ref readonly SeriesKey Key => ref _key;

    public SeriesState State;
    public PendingBatch Pending;
    public SeriesWrite? Write;
    public KnownEvent? Event;
    public DateTime LastSeen;

    /// <summary>What the writes of this series leave on their event.</summary>
    public WriterMark Mark = mark;

    /// <summary>A write that lies in the spool will ask for an earlier mark of this series: no later write may take its place.</summary>
    public bool HasLeftMark;

    /// <summary>Changes with every state that a timer refers to, so that an old timer finds out that it is late.</summary>
    public int Stamp;

    public TokenBucket? Bucket;
    public MessageGroup? Group;
    public Series? NextInGroup;
    public NamespaceQueue? Namespace;

    /// <summary>Among those that are idle, or those that are limited.</summary>
    public LinkedListNode<Series>? Place;

    /// <summary>No event of this series is known to be on the server.</summary>
    public bool IsNew => Event is not { ResourceVersion: not null };

    public bool IsWarning => (Latest?.Type ?? Key.Type) == EventType.Warning;

    /// <summary>What is pending would change nothing, as far as is known without asking the server.</summary>
    public bool SeemsUnchanged => Event?.Value is { } value && Pending.Values?.ChangeNothing(value) == true;

    private ValueChanges? Latest => Pending.Values ?? Write?.Batch.Values;
}
