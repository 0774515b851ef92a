namespace EventRecording;

/// <summary>How to watch.</summary>
public sealed record EventWatchOptions
{
    /// <summary>Skips the events that are there when the watch begins.</summary>
    /// <value>Default: <see langword="false"/>. With it, no more than a page of them is read where versions are integers; without it, <see cref="WatchedEvent.WasThere"/> tells them from what happens.</value>
    public bool NewOnly { get; init; }

    /// <summary>Tells also of events that were deleted while the watch was connected.</summary>
    /// <value>
    /// Default: <see langword="false"/>. With it, types, reasons and sources are filtered here, so that an event that stops matching is
    /// not taken for deleted.
    /// </value>
    public bool IncludeDeleted { get; init; }

    /// <summary>Told once, by who enumerates: everything was given that was there in any of the namespaces, and what comes now happens.</summary>
    public Action? Synced { get; init; }

    /// <summary>Told whenever the watch cannot go on as it is, or the server does not let it in within 2 seconds; from several threads where several namespaces are watched. What it throws is ignored.</summary>
    public IProgress<WatchInterruption>? Interruptions { get; init; }

    /// <summary>Told when the server answers again, with the interruption that was told last of that namespace; from the same threads. What it throws is ignored.</summary>
    /// <value>Until then nothing that comes means nothing: what happens may not be seen.</value>
    public Action<WatchInterruption>? Resumed { get; init; }

    /// <summary>Told of what the role may not read where something else is watched: of several namespaces one, or all of them where those of the objects are enough. Called from several threads.</summary>
    /// <value>Default: <see langword="null"/>, then the first refusal ends the watch. With it, only that of the last place does.</value>
    public Action<ReadRefusal>? Refused { get; init; }
}

/// <summary>A watch was interrupted and goes on by itself.</summary>
/// <param name="ListsAgain">Whether it must read everything again; else it goes on where it stands.</param>
/// <param name="Delay">How long it waits before.</param>
/// <param name="Error">Why; <see langword="null"/> if the server closed the connection, as it does every few minutes.</param>
public sealed record WatchInterruption(bool ListsAgain, TimeSpan Delay, Exception? Error)
{
    /// <summary>The namespace that is not seen meanwhile.</summary>
    /// <value><see langword="null"/> for all.</value>
    public string? Namespace { get; init; }

    /// <summary>Since when the server was not heard: the time of the first interruption since it answered last.</summary>
    public DateTimeOffset Since { get; init; }
}
