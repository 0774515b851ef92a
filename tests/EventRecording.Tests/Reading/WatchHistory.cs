using System.Globalization;
using System.Text.Json;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>Writes events, breaks the connection of a watch in every way, and keeps account of what the watch owes.</summary>
internal sealed class WatchHistory : IDisposable
{
    private const int WritesAtOnce = 10;
    private static readonly Fault[] Kinds = Enum.GetValues<Fault>();

    private readonly int _seed;
    private readonly Random _random;
    private readonly int _faults;
    private readonly int _writesPerFault;
    private readonly InMemoryEventSource _source = new();
    private readonly WaitlessTimeProvider _time = new();
    private readonly CancellationTokenSource _end = new();
    private readonly WatchAccount _account = new();
    private readonly Queue<Exception> _failures = new();
    private (object Store, ulong Version) _backup;
    private (object Store, ulong Version) _emptyStore;
    private bool _isNextTokenTooOld;
    private int _writesLeft;
    private int _framesLeft;
    private int _reasonsToList = 1;

    public WatchHistory(int seed, int faults, int writes)
    {
        _seed = seed;
        _random = new Random(seed);
        _faults = faults;
        _writesPerFault = writes * 5 / 4 / faults; // one in ten is a deletion
        _source.OnFrame = GoOnAsync;
        _source.OnWatch = (_, _) => FailAsync();
        _source.OnList = (request, _) => ListAsync(request);
    }

    public enum Fault
    {
        Close,
        Reset,
        HalfALine,
        Dead,
        GoneFrame,
        GoneStatus,
        GoneClose,
        ErrorFrame,
        TooManyRequests,
        Unavailable,
        Refused,
        WentBack,
        Restarted,
        TokenTooOld,
    }

    public List<Fault> FaultsDone { get; } = [];

    public int Writes { get; private set; }

    public async Task RunAsync()
    {
        _emptyStore = _source.Backup();
        for (var i = 0; i < 1500; i++)
            Write();
        _backup = _source.Backup();
        try
        {
            await foreach (var watched in new EventWatcher(_source, _time, new Random(_seed))
                .WatchAsync(new EventQuery(), new EventWatchOptions { IncludeDeleted = true }, _end.Token))
                Check(_account.Tell(watched));
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }

        Check(_account.Missed());
        Check(_source.FullLists <= _reasonsToList ? null : $"{_source.FullLists} lists for {_reasonsToList} reasons");
    }

    public void Dispose() => _end.Dispose();

    /// <summary>Before each frame, and when all was told: writes some more, or breaks the connection.</summary>
    private async Task GoOnAsync(bool isIdle, CancellationToken cancellation)
    {
        if (_writesLeft > 0)
        {
            if (isIdle || _random.Next(20) == 0)
                Write(WritesAtOnce);
        }
        else if (FaultsDone.Count < _faults)
        {
            if (isIdle || --_framesLeft <= 0)
                await BreakAsync(cancellation);
        }
        else if (isIdle)
        {
            await _end.CancelAsync();
        }
    }

    private Task BreakAsync(CancellationToken cancellation)
    {
        var fault = Kinds[FaultsDone.Count < Kinds.Length ? FaultsDone.Count : _random.Next(Kinds.Length)];
        FaultsDone.Add(fault);
        var backup = _backup;
        _backup = _source.Backup();
        _writesLeft = _writesPerFault;
        _framesLeft = _random.Next(_writesPerFault);
        _time.Advance(TimeSpan.FromSeconds(_random.Next(2, 90)));
        Write(_random.Next(3) * WritesAtOnce);
        return fault switch
        {
            Fault.Close => throw new WatchEnds(),
            Fault.HalfALine => throw new JsonException("half a line"),
            Fault.Dead => DieAsync(cancellation),
            Fault.GoneFrame => Forget(GoneAnswer.Frame),
            Fault.GoneStatus => Forget(GoneAnswer.Status),
            Fault.GoneClose => Forget(GoneAnswer.Close),
            Fault.ErrorFrame => SendError(),
            Fault.TooManyRequests => FailNext(() => Status(429, TimeSpan.FromSeconds(_random.Next(60)))),
            Fault.Unavailable => FailNext(() => Status(503, null)),
            Fault.Refused => FailNext(() => new EventStoreException("refused")),
            Fault.WentBack => GoBack(backup),
            Fault.Restarted => GoBack(_emptyStore),
            Fault.TokenTooOld => ForgetTokens(),
            _ => throw new IOException("reset"),
        };
    }

    private async Task DieAsync(CancellationToken cancellation)
    {
        _time.Advance(TimeSpan.FromMinutes(7));
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellation);
    }

    private Task Forget(GoneAnswer answer)
    {
        Write(1);
        _source.Gone = answer;
        _source.Compact();
        _reasonsToList++;
        throw new IOException("reset");
    }

    private Task ForgetTokens()
    {
        _isNextTokenTooOld = true;
        return Forget(GoneAnswer.Frame);
    }

    private Task SendError()
    {
        _reasonsToList++;
        throw new ErrorFrame(new KubernetesStatus { Code = 500, Message = "etcd event received with PrevKv=nil" });
    }

    private Task FailNext(Func<Exception> error)
    {
        for (var i = _random.Next(1, 4); i > 0; i--)
            _failures.Enqueue(error());
        throw new IOException("reset");
    }

    private Task GoBack((object Store, ulong Version) backup)
    {
        _source.Restore(backup);
        _backup = backup;
        _account.GoBack(_source.Stored);
        _reasonsToList++;
        throw new IOException("reset");
    }

    private Task FailAsync() => _failures.TryDequeue(out var error) ? throw error : Task.CompletedTask;

    private async Task ListAsync(EventListRequest request)
    {
        await FailAsync();
        if (request is { Continue: null, Limit: not 1 })
            _account.ForgiveWhatIsNotIn(_source.Stored);
        if (request.Continue is null || !_isNextTokenTooOld)
            return;

        // The rest of the list is of a later state, and the version of its beginning is gone too.
        _isNextTokenTooOld = false;
        Write(WritesAtOnce);
        _source.Compact();
        _reasonsToList++;
    }

    private void Write(int times)
    {
        for (var i = 0; i < times; i++, _writesLeft--)
        {
            if (_random.Next(10) > 0 || !_source.Stored.Any())
                Write();
            else
                _source.Delete(_source.Stored.ElementAt(_random.Next(_source.Stored.Count())));
        }
    }

    private void Write() => _account.Owe(_source.Write(SampleEvents.Numbered(_random.Next(3000)) with { CoreCount = ++Writes }));

    private static KubernetesApiException Status(int code, TimeSpan? retryAfter) => new(new KubernetesStatus { Code = code, RetryAfter = retryAfter });

    private void Check(string? complaint)
    {
        if (complaint is not null)
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Seed {_seed}, after {FaultsDone.Count} faults and {Writes} writes: {complaint}."));
    }
}
