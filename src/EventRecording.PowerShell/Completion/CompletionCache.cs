namespace EventRecording.PowerShell;

/// <summary>Answers TAB in time: with what is there, or comes within a moment, or with what was there before. Never throws.</summary>
/// <remarks>A fetch that takes longer goes on, and its result is there at the next TAB.</remarks>
internal sealed class CompletionCache(TimeProvider time)
{
    /// <summary>How long a person waits at most, once something was answered.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>How long until then: connection and compiler are in the way of the first answer.</summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long a result, or a failure, is good enough.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LongestFetch = TimeSpan.FromSeconds(10);
    private const int MostEntries = 64;

    private readonly object _lock = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Dictionary<string, Finding> _findings = [];
    private volatile bool _hasAnswered;

    /// <param name="key">What is asked for.</param>
    /// <param name="version">Of what: another version, another answer. Looks at files, and so on another thread.</param>
    /// <param name="fetch">Gets it, on another thread.</param>
    public IReadOnlyList<Candidate> Get(string key, Func<string> version, Func<CancellationToken, Task<IReadOnlyList<Candidate>>> fetch)
    {
        var patience = _hasAnswered ? Patience : FirstPatience;
        var finding = Find(key, version, fetch);
        try
        {
            return AnswerAsync().WaitAsync(patience, time).GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // TAB says nothing of what went wrong; the cmdlet will.
        catch (Exception)
#pragma warning restore CA1031
        {
            return finding.Entry.IsCompletedSuccessfully ? finding.Entry.Result.Before : finding.Before;
        }

        async Task<IReadOnlyList<Candidate>> AnswerAsync() => await (await finding.Entry.ConfigureAwait(false)).Fetch.ConfigureAwait(false);
    }

    // One at a time: a disk that hangs takes one thread, however often TAB is pressed.
    private Finding Find(string key, Func<string> version, Func<CancellationToken, Task<IReadOnlyList<Candidate>>> fetch)
    {
        lock (_lock)
        {
            if (_findings.TryGetValue(key, out var finding) && !finding.Entry.IsCompleted)
                return finding;
            if (_findings.Count >= MostEntries)
                _findings.Clear();
            return _findings[key] = new Finding(Task.Run(() => Current($"{version()}\n{key}", fetch)), finding?.Latest ?? []);
        }
    }

    private Entry Current(string key, Func<CancellationToken, Task<IReadOnlyList<Candidate>>> fetch)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var entry) && (!entry.Fetch.IsCompleted || time.GetElapsedTime(entry.Since) < MaxAge))
                return entry;
            if (_entries.Count >= MostEntries)
                _entries.Clear();
            return _entries[key] = new Entry(FetchAsync(fetch), time.GetTimestamp(), entry?.Latest ?? []);
        }
    }

    private Task<IReadOnlyList<Candidate>> FetchAsync(Func<CancellationToken, Task<IReadOnlyList<Candidate>>> fetch) => Task.Run(async () =>
    {
        using var deadline = new CancellationTokenSource(LongestFetch, time);
        var answer = await fetch(deadline.Token).ConfigureAwait(false);
        // Nothing may mean that no connection may be made.
        if (answer.Count > 0)
            _hasAnswered = true;
        return answer;
    });

    private sealed record Finding(Task<Entry> Entry, IReadOnlyList<Candidate> Before)
    {
        public IReadOnlyList<Candidate> Latest => Entry.IsCompletedSuccessfully ? Entry.Result.Latest : Before;
    }

    private sealed record Entry(Task<IReadOnlyList<Candidate>> Fetch, long Since, IReadOnlyList<Candidate> Before)
    {
        public IReadOnlyList<Candidate> Latest => Fetch.IsCompletedSuccessfully ? Fetch.Result : Before;
    }
}
