namespace EventRecording;

/// <summary>Where events are read: the API server, or whatever else keeps events.</summary>
/// <remarks>Safe for several tasks. An implementation begins no watch anew, and asks for a page again only where that has an end, as when a server says when to (<c>Retry-After</c>): the rest readers and watchers do, by what is thrown and by what the frames say.</remarks>
public interface IEventSource
{
    /// <summary>Reads one page of a list.</summary>
    /// <exception cref="KubernetesApiException">
    /// The server answered with an error: 410 if the continue token is too old, with <see cref="KubernetesStatus.Continue"/> where the rest can still be read.
    /// </exception>
    /// <exception cref="EventStoreException">No usable answer came: a page is whole or none.</exception>
    ValueTask<EventPage> ListAsync(EventListRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Follows what happens from a version on, until the server ends the watch: then the frames end, with no error, also where there was none.
    /// A version that is too old is a frame of the type error with 410, or an answer with 410, as the server has it.
    /// Calls <see cref="EventWatchRequest.Opened"/>, also for a watch on which nothing happens.
    /// </summary>
    /// <exception cref="KubernetesApiException">The server answered with an error instead of frames.</exception>
    /// <exception cref="EventStoreException">No usable answer came, or the connection broke: the frames before it were whole.</exception>
    IAsyncEnumerable<WatchFrame> WatchAsync(EventWatchRequest request, CancellationToken cancellationToken);
}

/// <summary>What to list.</summary>
public sealed record EventListRequest
{
    /// <summary>One namespace, or <see langword="null"/> for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Group through which to read.</summary>
    public string ApiVersion { get; init; } = EventApiVersion.CoreV1;

    /// <summary>Field selector as the API takes it.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Label selector as the API takes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Page size; <see langword="null"/> for no limit.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the next page.</summary>
    public string? Continue { get; init; }

    /// <summary>Told the token of the next page as soon as a source has read it: a server sends it before the events, so that the next page can be asked for meanwhile.</summary>
    /// <value>Default: <see langword="null"/>. A source that cannot know the token earlier need not call it.</value>
    public Action<string>? ContinueRead { get; init; }
}

/// <summary>One page of a list.</summary>
/// <param name="Items">The events, in the server's order.</param>
/// <param name="ResourceVersion">Version of the list, from which a watch can go on.</param>
/// <param name="Continue">Token of the next page; <see langword="null"/> on the last one.</param>
/// <param name="RemainingItemCount">How many are still to come, where the server says so (not with a selector).</param>
public sealed record EventPage(IReadOnlyList<KubeEvent> Items, string ResourceVersion, string? Continue, long? RemainingItemCount);

/// <summary>What to watch.</summary>
public sealed record EventWatchRequest
{
    /// <summary>One namespace, or <see langword="null"/> for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Group through which to read.</summary>
    public string ApiVersion { get; init; } = EventApiVersion.CoreV1;

    /// <summary>Field selector as the API takes it.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Label selector as the API takes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>The version after which frames are wanted.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>How long the server should keep the watch open; it closes it then.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Called as soon as the server let the watch in, before any frame: until then it may wait, and what happens is not seen.</summary>
    /// <remarks>
    /// A watch that is not open within 2 s is told as an interruption. A source that cannot know when it is calls this when it asks; of one that never does, the first watch is told so,
    /// until its first frame or its end, and the later ones count as open at once.
    /// </remarks>
    /// <value>Default: <see langword="null"/>.</value>
    public Action? Opened { get; init; }
}

/// <summary>What a frame of a watch says.</summary>
public enum WatchFrameType
{
    /// <summary>An event is new, or starts to match the selector.</summary>
    Added,

    /// <summary>An event was changed.</summary>
    Modified,

    /// <summary>An event is gone, or no longer matches the selector.</summary>
    Deleted,

    /// <summary>Nothing happened up to this version.</summary>
    Bookmark,

    /// <summary>The watch failed; the frame carries the status, 410 if the version is too old.</summary>
    Error,
}

/// <summary>One frame of a watch.</summary>
/// <param name="Type">What the frame says.</param>
/// <param name="Event">The event, with frames of the types added, modified and deleted.</param>
/// <param name="ResourceVersion">Version from which a watch can go on after this frame.</param>
/// <param name="Status">The server's explanation, with frames of the type error.</param>
public readonly record struct WatchFrame(WatchFrameType Type, KubeEvent? Event, string? ResourceVersion, KubernetesStatus? Status);
