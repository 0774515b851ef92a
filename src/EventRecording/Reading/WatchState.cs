namespace EventRecording;

/// <summary>
/// What a watch knows and decides, apart from any I/O: where it stands, what is new, and what follows on a frame, a close or an error.
/// </summary>
internal sealed class WatchState(Backoff backoff)
{
    // About 10 MB at most; a cluster rarely holds more events than that.
    internal const int RememberedEvents = 65_536;
    private const int TriesPerPage = 5;

    private readonly SeenEvents _seen = new(RememberedEvents);
    private bool _isConnected;
    private int _failedTries;
    private bool _answersAgain;

    /// <summary>The version to watch from.</summary>
    public string Position { get; private set; } = "";

    /// <summary>A list begins at this version.</summary>
    public void ListBegins(string version)
    {
        _isConnected = true;
        StartOverIfLower(version);
    }

    /// <summary>Whether an event of a list is new or changed, and how.</summary>
    public EventChange? Listed(KubeEvent item)
    {
        var change = _seen.Knows(item) ? EventChange.Modified : EventChange.Added;
        return _seen.Add(item, isListed: true) ? change : null;
    }

    public WatchStep PageRead()
    {
        _failedTries = 0;
        return new WatchStep(WatchAction.Page);
    }

    /// <summary>The list that began at this version is complete.</summary>
    public WatchStep ListEnds(string version)
    {
        MoveTo(version);
        return new WatchStep(WatchAction.Watch);
    }

    /// <summary>The server stands at this version. A watch from a later one would be silent for ever.</summary>
    public WatchStep Checked(string version)
    {
        _answersAgain = true;
        return new WatchStep(StartOverIfLower(version) ? WatchAction.List : WatchAction.Watch);
    }

    /// <summary>Whether a frame tells something new, and what.</summary>
    public EventChange? Received(WatchFrame frame)
    {
        backoff.Reset();
        var isNew = frame.Event is not null && _seen.Add(frame.Event, isListed: false);
        MoveTo(frame.ResourceVersion ?? frame.Event?.ResourceVersion);
        return (isNew, frame.Type) switch
        {
            (true, WatchFrameType.Added) => EventChange.Added,
            (true, WatchFrameType.Modified) => EventChange.Modified,
            (true, WatchFrameType.Deleted) => EventChange.Deleted,
            _ => null,
        };
    }

    /// <summary>The server closed the watch. Some servers do so, at once and without a word, where a version is too old.</summary>
    public WatchStep Closed(bool atOnce)
    {
        if (!atOnce)
            Proven();
        return atOnce ? ListAgain() : new WatchStep(WatchAction.Check, backoff.Next());
    }

    /// <summary>A request failed.</summary>
    /// <param name="error">How.</param>
    /// <param name="again">What to do again if the error can pass.</param>
    public WatchStep Failed(Exception error, WatchAction again)
    {
        if (ReadError.IsGone(error) && _isConnected)
            return ListAgain();

        // Before the first answer most errors are mistakes in the settings, and nobody is helped by waiting.
        if (!ReadError.IsTransient(error) || !(_isConnected || ReadError.IsThrottling(error)))
            return new WatchStep(WatchAction.Fail);
        if (again == WatchAction.Page && ++_failedTries >= TriesPerPage)
            again = WatchAction.List;
        return new WatchStep(again, backoff.Next(ReadError.RetryAfter(error)));
    }

    /// <summary>The connection that just ended had worked.</summary>
    public void Proven() => backoff.Reset();

    // Once for each check: the waits of an outage that is over are no reason to wait, a server that always says so is.
    private WatchStep ListAgain()
    {
        var wait = _answersAgain ? TimeSpan.Zero : backoff.Next();
        _answersAgain = false;
        return new WatchStep(WatchAction.List, wait);
    }

    private void MoveTo(string? version)
    {
        if (string.IsNullOrEmpty(version))
            return;
        Position = version;
        _seen.AdvanceTo(version);
    }

    private bool StartOverIfLower(string version)
    {
        if (!ResourceVersions.IsLower(version, Position))
            return false;
        _seen.ForgetVersion();
        return true;
    }
}

/// <summary>What a watch does next.</summary>
internal enum WatchAction
{
    /// <summary>Begin a list.</summary>
    List,

    /// <summary>Read the next page of the list.</summary>
    Page,

    /// <summary>Ask for the server's current version.</summary>
    Check,

    /// <summary>Watch from the last version on.</summary>
    Watch,

    /// <summary>End with the error.</summary>
    Fail,
}

/// <summary>What a watch does next, and how long it waits before.</summary>
internal readonly record struct WatchStep(WatchAction Action, TimeSpan Delay = default);
