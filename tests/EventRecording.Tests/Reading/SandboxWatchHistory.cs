using System.Globalization;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>The history of a watch over real sockets: round by round the connection breaks, events are written in the gap and behind it.</summary>
internal sealed class SandboxWatchHistory : IAsyncDisposable
{
    private const int Names = 1200;
    private static readonly Kind[] Kinds = Enum.GetValues<Kind>();

    // Much longer than a round takes; a watch that went silent must not hang the tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly int _seed;
    private readonly Random _random;
    private readonly int _writesPerGap;
    private readonly TempFolder _folder = new();
    private readonly KubernetesSandbox _sandbox;
    private readonly ClusterConnection _connection;
    private readonly WaitlessTimeProvider _time = new() { WatchesOpenInTime = true };
    private readonly CancellationTokenSource _end = new();
    private readonly object _gate = new();
    private readonly Dictionary<string, KubeEvent> _stored = [];
    private readonly WatchAccount _account = new();
    private readonly Task _watching;
    private (SandboxSnapshot State, List<KubeEvent> Stored) _backup;
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _complaint;

    public SandboxWatchHistory(int seed, int rounds, int writes)
    {
        _seed = seed;
        _random = new Random(seed);
        _writesPerGap = writes / rounds / 2;
        var users = new[] { SandboxUser.Administrator("token-0"), SandboxUser.Administrator("token-1") };
        _sandbox = KubernetesSandbox.Start(new SandboxOptions { Users = users, EventTimeToLive = null });
        _connection = new ClusterConnection(new ClusterConfiguration { Server = _sandbox.Address, TokenFile = _folder.Write("token", "token-0") });
        for (var number = 0; number < Names; number++)
            WriteOne(number);
        _backup = (_sandbox.TakeSnapshot(), [.. _stored.Values]);
        _watching = WatchAsync();
    }

    /// <summary>How the connection breaks, or what happens at connecting again.</summary>
    public enum Kind
    {
        Reset,
        HalfALine,
        ClosedByAProxy,
        Dead,
        Compacted,
        GoneAsStatus,
        ClosedAtOnce,
        WentBack,
        Restarted,
        TooManyRequests,
        Unavailable,
        TokenExpired,
    }

    public List<Kind> Done { get; } = [];

    public int Writes { get; private set; }

    public async Task RunAsync(int rounds)
    {
        await CaughtUpAsync();
        for (var round = 0; round < rounds; round++)
            await RoundAsync(Kinds[round < Kinds.Length ? round : _random.Next(Kinds.Length)]);
        await _end.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        _connection.Dispose();
        await _sandbox.DisposeAsync();
        _end.Dispose();
        _folder.Dispose();
    }

    private static bool ListsAgain(Kind kind) => kind is Kind.Compacted or Kind.GoneAsStatus or Kind.ClosedAtOnce or Kind.WentBack;

    private static bool IsFullList(SandboxRequest request) =>
        request.Verb == "list" && request.Query("continue").Length == 0 && request.Query("limit") != "1";

    private async Task RoundAsync(Kind kind)
    {
        Done.Add(kind);
        _sandbox.ClearRequests();
        var next = Backup();
        _sandbox.RefuseConnections();
        _sandbox.DropConnections();
        if (kind == Kind.WentBack)
            GoBack();
        if (kind == Kind.Restarted)
            _sandbox.Restart();
        Write(_writesPerGap);
        if (ListsAgain(kind))
            Forgive();
        Prepare(kind, next.Version);
        _sandbox.AcceptConnections();
        if (kind == Kind.Dead)
            await NoticeAsync();
        await CaughtUpAsync();

        // On a connection that holds, each version is told.
        Write(_writesPerGap);
        await CaughtUpAsync();
        var lists = _sandbox.Requests.Count(IsFullList);
        Check(lists == (ListsAgain(kind) ? 1 : 0) ? null : $"{lists} lists");

        // A state from before a step back is none that the server could go back to.
        if (kind != Kind.WentBack)
            _backup = (next.State, next.Stored);
    }

    private void Prepare(Kind kind, long version)
    {
        if (kind == Kind.Compacted)
            _sandbox.Compact();
        if (kind == Kind.ClosedByAProxy)
            _time.Advance(TimeSpan.FromSeconds(60));
        if (kind == Kind.TokenExpired)
            _folder.Write("token", $"token-{Done.Count(it => it == kind) % 2}");
        Fault? fault = kind switch
        {
            Kind.HalfALine => _random.Next(2) == 0 ? Fault.CutLine(3) : Fault.ResetLine(3),
            Kind.ClosedByAProxy => Fault.Answer(200, "application/json", Bookmark(version)),
            Kind.Dead => Fault.StallLine(2),
            Kind.GoneAsStatus => Fault.Status(410, "Expired", "too old resource version"),
            Kind.ClosedAtOnce => Fault.Answer(200, "application/json", ""),
            Kind.TooManyRequests => Fault.TooManyRequests(TimeSpan.FromSeconds(_random.Next(60))),
            Kind.Unavailable => Fault.Status(503, "ServiceUnavailable", "etcd leader changed"),
            Kind.TokenExpired => Fault.Unauthorized(),
            _ => null,
        };
        if (fault is not null)
            _sandbox.Faults.Next(fault, request => request.Verb == "watch");
    }

    private static string Bookmark(long version) =>
        """{"type":"BOOKMARK","object":{"kind":"Event","apiVersion":"v1","metadata":{"resourceVersion":"VERSION"}}}"""
            .Replace("VERSION", version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + "\n";

    // One frame came, half of the next one, and then nothing more.
    private async Task NoticeAsync()
    {
        await ToldUntilAsync(() => _sandbox.Requests.Any(request => request.Fault is not null) && HasToldSome());
        var asked = _sandbox.Requests.Count;
        // Until it is noticed: the watch may set its timer only after this was told.
        await SpoolRun.Until(() =>
        {
            _time.Advance(TimeSpan.FromMinutes(7));
            return _sandbox.Requests.Count > asked;
        });
    }

    private bool HasToldSome()
    {
        lock (_gate)
            return _account.Owed < _writesPerGap;
    }

    private Task CaughtUpAsync() => ToldUntilAsync(() =>
    {
        lock (_gate)
        {
            Check(_complaint);
            return _account.Owed == 0;
        }
    });

    private async Task ToldUntilAsync(Func<bool> condition)
    {
        while (true)
        {
            // Taken before the question: what is told in between must not be waited for.
            var told = Volatile.Read(ref _told).Task;
            if (condition())
                return;
            await WaitAsync(told);
        }
    }

    private async Task WaitAsync(Task told)
    {
        if (await Task.WhenAny(told, _watching, Task.Delay(Patience, TimeProvider.System)) != told)
        {
            Check(_watching.IsFaulted
                ? $"the watch ended: {_watching.Exception.InnerException}"
                : $"the watch is silent: {_account.Missed()}; the server was asked: {string.Join(", ", _sandbox.Requests)}");
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            var watcher = new EventWatcher(new ClusterEventSource(_connection), _time, new Random(_seed));
            await foreach (var watched in watcher.WatchAsync(new EventQuery(), cancellationToken: _end.Token))
            {
                lock (_gate)
                    _complaint ??= _account.Tell(watched);
                Interlocked.Exchange(ref _told, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
    }

    private (SandboxSnapshot State, List<KubeEvent> Stored, long Version) Backup() =>
        (_sandbox.TakeSnapshot(), [.. _stored.Values], _sandbox.ResourceVersion);

    private void GoBack()
    {
        _sandbox.Restart(_backup.State);
        _stored.Clear();
        foreach (var item in _backup.Stored)
            _stored.Add(item.Name, item);
        lock (_gate)
            _account.GoBack(_stored.Values);
    }

    /// <summary>A list tells the last version of each event only.</summary>
    private void Forgive()
    {
        lock (_gate)
            _account.ForgiveWhatIsNotIn(_stored.Values);
    }

    private void Write(int times)
    {
        for (var i = 0; i < times; i++)
            WriteOne(_random.Next(Names));
    }

    private void WriteOne(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"e.{number:D5}");
        lock (_gate)
        {
            var json = _sandbox.Put($$"""
                {
                  "apiVersion": "v1", "kind": "Event", "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}" },
                  "involvedObject": { "kind": "Redis", "name": "my-op-redis", "namespace": "default" }, "reason": "ScaledUp", "count": {{++Writes}}
                }
                """);
            _stored[name] = EventJsonReader.Read(Encoding.UTF8.GetBytes(json), "v1", new StringPool());
            _account.Owe(_stored[name]);
        }
    }

    private void Check(string? complaint)
    {
        if (complaint is not null)
            Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"Seed {_seed}, round {Done.Count} ({Done.LastOrDefault()}): {complaint}."));
    }
}
