using System.Globalization;

namespace EventRecording;

/// <summary>What a broadcaster did so far, in occurrences unless stated otherwise.</summary>
/// <remarks>Taken at one moment: <c>Recorded = Created + Counted + Unchanged + Refused + Failed + Unknown + Spooled + Pending</c>.</remarks>
public sealed record EventStatistics
{
    /// <summary>Accepted, or taken over from the spool, so far: what was spooled and is sent by the same broadcaster counts twice, once in <see cref="Spooled"/>.</summary>
    public long Recorded { get; init; }

    /// <summary>On the server as the first of a new event: the number of events created.</summary>
    public long Created { get; init; }

    /// <summary>On the server, added to the count of an event.</summary>
    public long Counted { get; init; }

    /// <summary>Recorded on change, with nothing to write.</summary>
    public long Unchanged { get; init; }

    /// <summary>The server said no.</summary>
    public long Refused { get; init; }

    /// <summary>Given up.</summary>
    public long Failed { get; init; }

    /// <summary>Sent without an answer, not read back.</summary>
    public long Unknown { get; init; }

    /// <summary>On disk.</summary>
    public long Spooled { get; init; }

    /// <summary>Accepted, without an outcome yet.</summary>
    public long Pending => Recorded - Created - Counted - Unchanged - Refused - Failed - Unknown - Spooled;

    /// <summary>Not accepted: outside of <see cref="Recorded"/>.</summary>
    public long Rejected { get; init; }

    /// <summary>Settled in the series of similar events.</summary>
    public long Combined { get; init; }

    /// <summary>Settled after the rate limit had delayed them.</summary>
    public long Deferred { get; init; }

    /// <summary>Requests to the server, each try counted.</summary>
    public long Requests { get; init; }

    /// <summary>Writes that may run at a time now, as found by the server's answers; at most <see cref="EventBroadcasterOptions.MaxConcurrentWrites"/>. Zero after the end of the broadcaster.</summary>
    public int ConcurrentWrites { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Recorded} recorded: {Created} created, {Counted} counted, {Unchanged} unchanged, {Refused} refused, {Failed} failed, {Unknown} unknown, {Spooled} spooled, {Pending} pending; {Rejected} rejected; {Combined} combined, {Deferred} deferred; {Requests} requests, up to {ConcurrentWrites} at a time");
}
