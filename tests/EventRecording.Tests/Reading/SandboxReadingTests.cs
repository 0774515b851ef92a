using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

/// <summary>Reader and watcher over HTTP, against the sandbox and its faults.</summary>
public sealed class SandboxReadingTests : IDisposable
{
    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();
    private readonly ClusterConnection _connection;
    private readonly WaitlessTimeProvider _time = new() { WatchesOpenInTime = true };
    private readonly CollectedProgress<WatchInterruption> _interruptions = new();

    public SandboxReadingTests()
    {
        _sandbox.CreateNamespace("wire");
        _connection = new ClusterConnection(new ClusterConfiguration { Server = _sandbox.Address });
    }

    public static TheoryData<string> Breaks => ["reset", "half a line", "compacted", "closed at once", "went back", "throttled"];

    [Fact]
    public async Task A_list_goes_on_after_its_token_is_too_old()
    {
        Put(0, 1200);
        var names = new HashSet<string>();

        await foreach (var item in new EventReader(new ClusterEventSource(_connection)).ListAsync(new EventQuery()))
        {
            Assert.True(names.Add(item.Name));
            if (names.Count == 1)
                _sandbox.Compact();
            if (names.Count == 600)
                _sandbox.Put(SandboxClient.Event("between", space: "wire"));
        }

        Assert.Equal(1200, names.Count(name => name != "between"));
    }

    [Fact]
    public async Task Selectors_arrive_and_their_values_survive()
    {
        _sandbox.Put(SandboxClient.Event("a", reason: @"a,b=c\\d", space: "wire"));
        _sandbox.Put(SandboxClient.Event("b", space: "wire"));
        var query = new EventQuery { Namespaces = ["wire"], Reasons = [@"a,b=c\d"], Types = ["normal"], Sources = ["RedisOperator"] };

        var found = await new EventReader(new ClusterEventSource(_connection)).ListSortedAsync(query);

        Assert.Equal(["a"], found.Select(it => it.Name));
        Assert.Equal(@"type=Normal,reason=a\,b\=c\\d,source=RedisOperator", _sandbox.Requests[^1].Query("fieldSelector"));
    }

    [Fact]
    public async Task The_other_group_is_read_with_its_own_selectors()
    {
        _sandbox.Put(SandboxClient.Event("a", space: "wire"));
        var query = new EventQuery { ApiVersion = EventApiVersion.EventsV1, Objects = [SampleEvents.Redis], Types = ["Normal"], Reasons = ["ScaledUp"] };

        Assert.Single(await new EventReader(new ClusterEventSource(_connection)).ListSortedAsync(query));
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_watch_goes_on_through_whatever_happens_to_it(string what)
    {
        var empty = _sandbox.TakeSnapshot();
        Put(0, 10);
        var seen = new List<string>();

        await foreach (var watched in new EventWatcher(new ClusterEventSource(_connection), _time, new Random(3))
            .WatchAsync(new EventQuery { First = 40 }, new EventWatchOptions { Interruptions = _interruptions }))
        {
            seen.Add(watched.Event.Name);
            if (seen.Count == 10)
                Put(10, 5);
            if (seen.Count == 15)
                Break(what, empty);
            if (seen.Count == 20)
                Put(20, 20);
        }

        Assert.Equal(40, seen.Distinct().Count());
        Assert.Contains(_interruptions.Values, it => what != "throttled" || it.Delay == TimeSpan.FromSeconds(7));
        Assert.True(_interruptions.Values.Count < 5, string.Join("; ", _interruptions.Values));
    }

    public void Dispose()
    {
        _connection.Dispose();
        _sandbox.Dispose();
    }

    /// <summary>Breaks the watch, and lets something happen while it is away.</summary>
    private void Break(string what, SandboxSnapshot empty)
    {
        _sandbox.Restart(what == "went back" ? empty : null);
        Put(15, 5);
        if (what == "compacted")
            _sandbox.Compact();
        Fault? fault = what switch
        {
            "half a line" => Fault.CutLine(3),
            "closed at once" => Fault.Answer(200, "application/json", ""),
            "throttled" => Fault.TooManyRequests(TimeSpan.FromSeconds(7)),
            _ => null,
        };
        if (fault is not null)
            _sandbox.Faults.Next(fault, request => request.Verb == "watch");
    }

    private void Put(int first, int count)
    {
        for (var number = first; number < first + count; number++)
            _sandbox.Put(SandboxClient.Event($"e.{number:D5}", space: "wire"));
    }
}
