namespace EventRecording.Hosting;

/// <summary>Makes the broadcaster when somebody first wants it, and knows whether anybody did.</summary>
/// <param name="make">Makes it, with all that the services give it.</param>
/// <param name="observers">The types of the observers among the services.</param>
internal sealed class BroadcasterFactory(Func<EventBroadcaster> make, string[] observers)
{
    private bool _isBeingMade;

    /// <summary>What was made; <see langword="null"/> until somebody wants it.</summary>
    public EventBroadcaster? Made { get; private set; }

    /// <summary>Makes it. The services call this for a singleton: one thread at a time.</summary>
    public EventBroadcaster Make()
    {
        // The services would go round in a circle, and then wait for themselves for ever.
        if (_isBeingMade)
            throw new InvalidOperationException(Circle());
        _isBeingMade = true;
        try
        {
            return Made = make();
        }
        finally
        {
            _isBeingMade = false;
        }
    }

    private string Circle() =>
        "The recorder is being made and is asked for by something that it needs itself: an IEventObserver, the IEventSink, a logger, or what one of these takes. "
        + "Let that take the IServiceProvider and ask for the IEventRecorder when it first records."
        + (observers.Length > 0 ? $" The observers are: {string.Join(", ", observers)}." : "");
}
