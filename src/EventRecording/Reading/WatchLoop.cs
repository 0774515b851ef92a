using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace EventRecording;

/// <summary>Watches one namespace, or all: does what <see cref="WatchState"/> decides.</summary>
internal sealed class WatchLoop : IAsyncDisposable
{
    // A server that lets a watch in and ends it does so at once.
    private static readonly TimeSpan StaysOpen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(2);

    private readonly IEventSource _source;
    private readonly EventSelection _selection;
    private readonly EventWatchOptions _options;
    private readonly string? _namespace;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly WatchState _state;
    private readonly Queue<WatchedEvent?> _found = new();
    private CancellationToken _cancellation;
    private WatchStep _step = new(WatchAction.List);
    private ListPager? _list;
    private WatchConnection? _connection;
    private WatchInterruption? _interruption;
    private bool _wasOpen;
    private bool _saysOpened = true;
    private bool _isListed;

    public WatchLoop(
        IEventSource source, EventSelection selection, string? inNamespace, EventWatchOptions options, TimeProvider time, Random random)
    {
        _source = source;
        _selection = selection;
        _namespace = inNamespace;
        _options = options;
        _time = time;
        _random = random;
        _state = new WatchState(new Backoff(random));
    }

    /// <summary>What happens, and <see langword="null"/> once, behind what is there.</summary>
    public async IAsyncEnumerable<WatchedEvent?> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _cancellation = cancellationToken;
        try
        {
            while (true)
            {
                if (_step.Delay > TimeSpan.Zero)
                    await Task.Delay(_step.Delay, _time, cancellationToken).ConfigureAwait(false);
                _step = await StepAsync(_step.Action).ConfigureAwait(false);
                while (_found.TryDequeue(out var found))
                    yield return found;
            }
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndListAsync().ConfigureAwait(false);
        await DisconnectAsync().ConfigureAwait(false);
    }

    private async ValueTask<WatchStep> StepAsync(WatchAction action)
    {
        try
        {
            return action switch
            {
                WatchAction.List => await BeginListAsync().ConfigureAwait(false),
                WatchAction.Page => await ReadPageAsync().ConfigureAwait(false),
                WatchAction.Check => await CheckAsync().ConfigureAwait(false),
                _ => await ReadFrameAsync().ConfigureAwait(false),
            };
        }
        catch (Exception e)
        {
            _cancellation.ThrowIfCancellationRequested();
            return await GoOnAfterAsync(e, action == WatchAction.Watch ? WatchAction.Check : action).ConfigureAwait(false);
        }
    }

    private async ValueTask<WatchStep> BeginListAsync()
    {
        await EndListAsync().ConfigureAwait(false);
        _list = new ListPager(_source, _selection.ListRequest(_namespace, EventReader.PageSize), _cancellation);
        return new WatchStep(WatchAction.Page);
    }

    private async ValueTask<WatchStep> ReadPageAsync()
    {
        var list = _list!;
        var isFirst = list.ResourceVersion is null;
        var page = await list.NextAsync(SkipsList ? IsVersionEnough : null).ConfigureAwait(false);
        Heard();
        if (isFirst)
            _state.ListBegins(list.ResourceVersion!);
        foreach (var item in page?.Items ?? [])
        {
            if (_state.Listed(item) is { } change && _selection.Matches(item) && !SkipsList)
                _found.Enqueue(new WatchedEvent(change, item) { WasThere = !_isListed });
        }

        if (page is not null && !(SkipsList && IsVersionEnough(page)))
            return _state.PageRead();
        await EndListAsync().ConfigureAwait(false);
        if (!_isListed)
            _found.Enqueue(null);
        _isListed = true;
        return _state.ListEnds(list.ResourceVersion!);
    }

    // The first list, where only what is new is wanted.
    private bool SkipsList => _options.NewOnly && !_isListed;

    // What is skipped need not be read, if its version alone tells what is new.
    private static bool IsVersionEnough(EventPage page) => ResourceVersions.ToInteger(page.ResourceVersion) is not null;

    private async ValueTask<WatchStep> CheckAsync()
    {
        var request = new EventListRequest { Namespace = _namespace, ApiVersion = _selection.Query.ApiVersion, Limit = 1 };
        var page = await _source.ListAsync(request, _cancellation).ConfigureAwait(false);
        // A server may answer this, and refuse watches or let them wait.
        if (_wasOpen && _interruption?.Error is not KubernetesApiException)
            Heard();
        return _state.Checked(page.ResourceVersion);
    }

    private async ValueTask<WatchStep> ReadFrameAsync()
    {
        _connection ??= new WatchConnection(_source, _selection.WatchRequest(_namespace, _state.Position), _time, _random, _saysOpened, _cancellation);
        if (await ReadAsync(_connection).ConfigureAwait(false) is not { } frame)
            return await GoOnAfterCloseAsync(_connection.IsUnused).ConfigureAwait(false);
        if (frame.Type == WatchFrameType.Error)
            return await GoOnAfterAsync(ErrorOf(frame), WatchAction.List).ConfigureAwait(false);
        Heard();
        if (_state.Received(frame) is { } change && IsWanted(change) && _selection.Matches(frame.Event!))
            _found.Enqueue(new WatchedEvent(change, frame.Event!));
        return new WatchStep(WatchAction.Watch);
    }

    // After an interruption it is heard by what a watch brings, or by one that stays open.
    private async ValueTask<WatchFrame?> ReadAsync(WatchConnection connection)
    {
        if (_interruption is null && connection.Opened.IsCompleted)
            return await connection.ReadAsync().ConfigureAwait(false);
        var reading = connection.ReadAsync().AsTask();
        await OpenAsync(connection, reading).ConfigureAwait(false);
        if (_interruption is not null && await LastsAsync(reading, StaysOpen).ConfigureAwait(false))
            Heard();
        return await reading.ConfigureAwait(false);
    }

    private async ValueTask OpenAsync(WatchConnection connection, Task reading)
    {
        var since = _time.GetUtcNow();
        var opening = Task.WhenAny(connection.Opened, reading);
        if (_interruption is null && await LastsAsync(opening, OpensWithin).ConfigureAwait(false))
            Tell(new WatchStep(WatchAction.Watch), new TimeoutException($"The server did not let it in within {OpensWithin.TotalSeconds:0} s."), since);
        await opening.ConfigureAwait(false);
    }

    private async ValueTask<bool> LastsAsync(Task task, TimeSpan time)
    {
        if (task.IsCompleted)
            return false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        await Task.WhenAny(task, Task.Delay(time, _time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        return !task.IsCompleted && !_cancellation.IsCancellationRequested;
    }

    private static KubernetesApiException ErrorOf(WatchFrame frame) => new(frame.Status ?? new KubernetesStatus());

    private bool IsWanted(EventChange change) => change != EventChange.Deleted || _options.IncludeDeleted;

    private async ValueTask<WatchStep> GoOnAfterCloseAsync(bool atOnce)
    {
        var rest = _connection!.Rest;
        await DisconnectAsync().ConfigureAwait(false);
        return Tell(Rested(_state.Closed(atOnce), rest), null);
    }

    private async ValueTask<WatchStep> GoOnAfterAsync(Exception error, WatchAction again)
    {
        if (_connection is { IsProven: true })
            _state.Proven();
        var rest = _connection?.Rest ?? TimeSpan.Zero;
        await DisconnectAsync().ConfigureAwait(false);
        var step = _state.Failed(error, again);
        if (step.Action == WatchAction.Fail)
        {
            // The server is there, and what may still be watched is not cut off.
            if (error is KubernetesApiException)
                Heard();
            ExceptionDispatchInfo.Throw(error);
        }

        return Tell(Rested(step, rest), error);
    }

    private static WatchStep Rested(WatchStep step, TimeSpan rest) => step.Delay < rest ? step with { Delay = rest } : step;

    private WatchStep Tell(WatchStep step, Exception? error, DateTimeOffset? began = null)
    {
        var since = _interruption?.Since ?? began ?? _time.GetUtcNow();
        var interruption = _interruption = new WatchInterruption(step.Action == WatchAction.List, step.Delay, error) { Namespace = _namespace, Since = since };
        Call(() => _options.Interruptions?.Report(interruption));
        return step;
    }

    private void Heard()
    {
        if (_interruption is { } over)
            Resume(over);
    }

    private void Resume(WatchInterruption over)
    {
        _interruption = null;
        Call(() => _options.Resumed?.Invoke(over));
    }

    private static void Call(Action listener)
    {
        try
        {
            listener();
        }
#pragma warning disable CA1031 // A listener's trouble is not that of the connection, which would be opened again for it without end.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async ValueTask EndListAsync()
    {
        if (_list is not null)
            await _list.DisposeAsync().ConfigureAwait(false);
        _list = null;
    }

    private async ValueTask DisconnectAsync()
    {
        if (_connection is not null)
        {
            _wasOpen = _connection.Opened.IsCompleted;
            _saysOpened &= !_connection.WasOpenUnsaid;
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _connection = null;
    }
}
