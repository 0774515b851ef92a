namespace EventRecording;

/// <summary>
/// One connection of a watch, given up when nothing came and nothing closed it for longer than the server was to keep it open,
/// while somebody waited for it.
/// </summary>
internal sealed class WatchConnection : IAsyncDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    // Between two connections of a watch that works, as client-go has it.
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _cancellation;
    private readonly IAsyncEnumerator<WatchFrame> _frames;
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _openedAt;
    private bool _hasFrames;

    /// <param name="source">Opens it.</param>
    /// <param name="request">What to watch.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads when it ends.</param>
    /// <param name="saysOpened">Whether the source says when the server let it in; of one that does not, it counts as open at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public WatchConnection(
        IEventSource source, EventWatchRequest request, TimeProvider time, Random random, bool saysOpened, CancellationToken cancellationToken)
    {
        // 4 to 6 minutes, so that watches that began together do not all end together.
        var timeout = TimeSpan.FromSeconds(random.Next(240, 360));
        _time = time;
        _patience = timeout + Margin;
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        _openedAt = time.GetTimestamp();
        if (!saysOpened)
            _opened.SetResult();
        _frames = source.WatchAsync(request with { Timeout = timeout, Opened = Open }, _cancellation.Token).GetAsyncEnumerator(_cancellation.Token);
    }

    /// <summary>The server let it in.</summary>
    public Task Opened => _opened.Task;

    /// <summary>It brought a frame or was closed in good order, and the source never said that it was open.</summary>
    public bool WasOpenUnsaid { get; private set; }

    /// <summary>Whether it is young and brought nothing yet.</summary>
    public bool IsUnused => !_hasFrames && Age < AtOnce;

    /// <summary>How long the next one must wait at least: some servers and proxies end each one after a frame.</summary>
    public TimeSpan Rest => _hasFrames && Age < AtOnce ? AtOnce - Age : TimeSpan.Zero;

    /// <summary>Whether it worked for a while, so that the next try need not wait.</summary>
    public bool IsProven => Opened.IsCompleted && Age >= Long;

    // What it waited to be let in is no sign that it works.
    private TimeSpan Age => _time.GetElapsedTime(_openedAt);

    /// <summary>The next frame, or <see langword="null"/> when the server closed the watch.</summary>
    /// <exception cref="TimeoutException">The connection is dead.</exception>
    public async ValueTask<WatchFrame?> ReadAsync()
    {
        try
        {
            _deadline.CancelAfter(_patience);
            var hasFrame = await _frames.MoveNextAsync().ConfigureAwait(false);
            // Whoever sends or ends a watch has let it in.
            WasOpenUnsaid |= _opened.TrySetResult();
            if (!hasFrame)
                return null;
            // A reader that takes its time is no silence of the server.
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException e) when (_deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"The server sent nothing for {_patience.TotalSeconds:0} s, and did not close the watch.", e);
        }

        _hasFrames = true;
        return _frames.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync().ConfigureAwait(false);
        await _frames.DisposeAsync().ConfigureAwait(false);
        _cancellation.Dispose();
        _deadline.Dispose();
    }

    private void Open()
    {
        if (_opened.Task.IsCompleted)
            return;
        _openedAt = _time.GetTimestamp();
        _opened.TrySetResult();
    }
}
