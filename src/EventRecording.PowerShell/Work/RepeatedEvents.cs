using System.Runtime.CompilerServices;

namespace EventRecording.PowerShell;

/// <summary>Tells of what a watch sees once, and again when its period is over and it went on; for <c>Watch-KubeEvent -Every</c>.</summary>
/// <param name="repeats">Decides.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="newOnly">What was there when the watch began is not told, and what it counted by then counts for nothing.</param>
internal sealed class RepeatedEvents(EventRepeatFilter repeats, TimeProvider time, bool newOnly)
{
    // A timer cannot wait for years.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly long _start = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_start);

    public static EventMessage Message(EventRepeat told) => new(told.Event, SinceLast: told.SinceLast);

    public async IAsyncEnumerable<EventMessage> TellAsync(IAsyncEnumerable<WatchedEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reader = events.GetAsyncEnumerator(end.Token);
        var next = reader.MoveNextAsync().AsTask();
        Task? due = null;
        try
        {
            while (true)
            {
                // With nothing known, the first thing that comes ends no earlier than this.
                due ??= Task.Delay(Wait(), time, end.Token);
                if (await Task.WhenAny(next, due).ConfigureAwait(false) == due)
                {
                    await due.ConfigureAwait(false);
                    due = null;
                    foreach (var told in repeats.Due(Now))
                        yield return Message(told);
                    continue;
                }

                if (!await next.ConfigureAwait(false))
                    yield break;
                var seen = See(reader.Current);
                next = reader.MoveNextAsync().AsTask();
                if (seen is not null)
                    yield return Message(seen);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await reader.DisposeAsync().ConfigureAwait(false);
        }
    }

    private EventRepeat? See(WatchedEvent watched)
    {
        if (!(newOnly && watched.WasThere))
            return repeats.See(watched, Now);
        repeats.Ignore(watched.Event);
        return null;
    }

    private TimeSpan Wait()
    {
        var left = (repeats.NextEnd ?? Now + repeats.Every) - Now;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < Longest ? left : Longest;
    }
}
