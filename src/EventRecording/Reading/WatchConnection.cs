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

    public WatchConnection(
        IEventSource source, EventWatchRequest request, TimeProvider time, Random random, CancellationToken cancellationToken)
    {
        // 4 to 6 minutes, so that watches that began together do not all end together.
        var timeout = TimeSpan.FromSeconds(random.Next(240, 360));
        _time = time;
        _patience = timeout + Margin;
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        _frames = source.WatchAsync(request with { Timeout = timeout, Opened = Open }, _cancellation.Token).GetAsyncEnumerator(_cancellation.Token);
    }

    /// <summary>The server let it in.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Whether it is young and brought nothing yet.</summary>
    public bool IsUnused => !_hasFrames && Age < AtOnce;

    /// <summary>How long the next one must wait at least: some servers and proxies end each one after a frame.</summary>
    public TimeSpan Rest => _hasFrames && Age < AtOnce ? AtOnce - Age : TimeSpan.Zero;

    /// <summary>Whether it worked for a while, so that the next try need not wait.</summary>
    public bool IsProven => Age >= Long;

    // What it waited to be let in is no sign that it works.
    private TimeSpan Age => _opened.Task.IsCompleted ? _time.GetElapsedTime(_openedAt) : TimeSpan.Zero;

    /// <summary>The next frame, or <see langword="null"/> when the server closed the watch.</summary>
    /// <exception cref="TimeoutException">The connection is dead.</exception>
    public async ValueTask<WatchFrame?> ReadAsync()
    {
        try
        {
            _deadline.CancelAfter(_patience);
            if (!await _frames.MoveNextAsync().ConfigureAwait(false))
                return null;
            // A reader that takes its time is no silence of the server.
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException e) when (_deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"The server sent nothing for {_patience.TotalSeconds:0} s, and did not close the watch.", e);
        }

        _hasFrames = true;
        Open();
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
