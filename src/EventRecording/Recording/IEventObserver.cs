namespace EventRecording;

/// <summary>Is told what happens to the occurrences of a broadcaster: for logs, alerts and people's own tests.</summary>
/// <remarks>
/// Called by the recorder's loop, by the caller for what is rejected, by who sends the spool, and at the end by other threads, also several at once: an observer must be quick and safe to call from any thread.
/// While one does not return, nothing is written; at the deadline of a flush or a disposal it is waited for two seconds longer at most, and named to the others by <see cref="Warned"/>.
/// To wait in it for the recorder (<c>Dispose</c>, <c>Flush</c>, the result of <c>RecordAsync</c>) is to wait for nothing: the loop that would do it is the caller.
/// What it throws is ignored. It hears of an outcome before whoever waits for that: <c>RecordAsync</c>, <c>FlushAsync</c>, <c>DisposeAsync</c>.
/// </remarks>
public interface IEventObserver
{
    /// <summary>So many occurrences were accepted; they have no outcome yet. It is one, or as many repeats as came faster than they could be taken, with the first and the last time of all.</summary>
    void Accepted(EventReporter source, Occurrence occurrence, int count)
    {
    }

    /// <summary>So many occurrences of one series have this outcome. A write of several that made an event is told twice: one occurrence is created, the others are counted.</summary>
    void Settled(EventOutcome outcome, int count)
    {
    }

    /// <summary>Occurrences did not reach the server, or not surely. What an observer records itself while it is told of a rejection, and is rejected as well, is counted and not told: that would never end.</summary>
    void Failed(EventFailure failure)
    {
    }

    /// <summary>A write failed for now and is tried again.</summary>
    void Retrying(EventRetry retry)
    {
    }

    /// <summary>Something does not work as it should, said once: events can only be created, annotations have no room, the spool cannot be used, another observer does not return.</summary>
    void Warned(string warning)
    {
    }

    /// <summary>Something worth knowing of which nothing comes to harm, said once: another API group is used.</summary>
    void Noticed(string notice)
    {
    }

    /// <summary>
    /// The process ends or was told to by a signal and nobody has disposed the broadcaster, or the disposal waits no longer for an observer that does not return,
    /// and <paramref name="count"/> occurrences are neither written nor spooled: the last chance to say so.
    /// </summary>
    void LostAtExit(long count)
    {
    }
}
