using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Passes on what happens beside the cmdlets to those that run at that moment.</summary>
internal sealed class Notices : IEventObserver
{
    // Namespaces come and go, and what is said of them must not fill the memory. Beyond, it is said once more rather than never: what comes late may matter most.
    private const int Remembered = 1_000;

    private readonly object _lock = new();
    private readonly List<Action<CmdletMessage>> _listeners = [];
    private readonly RecentTexts _said = new(Remembered);
    private readonly Queue<WarningMessage> _unheard = new();

    /// <summary>Listens until it is disposed; is called under a lock, so it must not wait.</summary>
    public IDisposable Subscribe(Action<CmdletMessage> listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
            while (_unheard.TryDequeue(out var warning))
                listener(warning);
        }

        return new Subscription(this, listener);
    }

    /// <summary>Warns whoever runs, or the next one: a server's warning comes once, and perhaps while TAB is answered.</summary>
    public void Warn(string text)
    {
        var warning = new WarningMessage(text);
        lock (_lock)
        {
            if (_listeners.Count > 0)
                Tell(warning);
            else if (_unheard.Count < Remembered)
                _unheard.Enqueue(warning);
        }
    }

    /// <summary>Warns if that was not said yet.</summary>
    public void WarnOnce(string text)
    {
        lock (_lock)
        {
            if (_said.Contains(text))
                return;
            _said.Add(text);
        }

        Warn(text);
    }

    void IEventObserver.Warned(string warning) => WarnOnce(warning);

    void IEventObserver.Noticed(string notice) => Tell(new VerboseMessage(notice));

    void IEventObserver.Retrying(EventRetry retry)
    {
        // The later tries of one write say nothing new; the outcome will.
        if (retry.Attempts == 1)
            Tell(new WaitingMessage(EventText.Of(retry), retry.Error.Message));
    }

    // No cmdlet may run any more; but process 1 of a container goes on, and may still write them.
    void IEventObserver.LostAtExit(long count) => Console.Error.WriteLine($"EventRecording: events not written yet when the process was told to end: {count}.");

    public void Tell(CmdletMessage message)
    {
        lock (_lock)
        {
            foreach (var listener in _listeners)
                listener(message);
        }
    }

    private sealed record Subscription(Notices Owner, Action<CmdletMessage> Listener) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner._lock)
                Owner._listeners.Remove(Listener);
        }
    }
}
