namespace EventRecording;

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
