namespace EventRecording;

/// <summary>An observer, and whether it returns from what it is told.</summary>
internal sealed class WatchedObserver(IEventObserver observer)
{
    private long _calls;
    private long _returns;
    private long _stuckAfter = -1;

    public string Name => observer.GetType().ToString();

    /// <summary>How many calls it has returned from.</summary>
    public long Returns => Volatile.Read(ref _returns);

    /// <summary>How many calls it has returned from, while it is in another one; <see langword="null"/> while it is in none.</summary>
    public long? ReturnsWhileBusy => Volatile.Read(ref _returns) is var returns && Volatile.Read(ref _calls) > returns ? returns : null;

    /// <summary>It has returned from nothing since this number was read; until it does it is told nothing more.</summary>
    public bool IsStuckSince(long? returnsWhileBusy)
    {
        if (returnsWhileBusy is not { } returns || returns != ReturnsWhileBusy)
            return false;
        Volatile.Write(ref _stuckAfter, returns);
        return true;
    }

    /// <summary>Tells it something on a thread that others wait for.</summary>
    public void Tell(Action<IEventObserver> tell)
    {
        if (IsStuck)
            return;
        Interlocked.Increment(ref _calls);
        Call(tell);
        Interlocked.Increment(ref _returns);
    }

    /// <summary>Tells it something on the thread of whoever records, which alone waits.</summary>
    public void TellCaller(Action<IEventObserver> tell)
    {
        if (!IsStuck)
            Call(tell);
    }

    private bool IsStuck => Volatile.Read(ref _stuckAfter) == Volatile.Read(ref _returns);

    private void Call(Action<IEventObserver> tell)
    {
        try
        {
            tell(observer);
        }
#pragma warning disable CA1031 // An observer's trouble is not the recorder's.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
