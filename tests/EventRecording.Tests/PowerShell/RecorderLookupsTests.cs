using System.Collections.Concurrent;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class RecorderLookupsTests : IAsyncTeardown
{
    private readonly CmdletBench _bench = new();
    private readonly ConcurrentDictionary<string, Exception> _notFound = [];

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_name_that_there_is_no_room_for_is_not_looked_up_either()
    {
        var open = new TaskCompletionSource();
        using var handler = new HeldHandler(_bench.Sandbox.CreateHandler(), open.Task);
        await using var session = Clusters.Session(Clusters.Over(handler));
        var lookups = new RecorderLookups(session, null);
        for (var i = 0; i < RecorderLookups.MostWaiting + 3; i++)
            Look(lookups, $"redis/r{i:0000}");
        Assert.Equal(RecorderLookups.MostWaiting, await lookups.CompleteAsync(TimeSpan.Zero, default));
        Assert.Equal(["redis/r4096", "redis/r4097", "redis/r4098"], _notFound.Keys.Order(StringComparer.Ordinal));
        Assert.All(_notFound.Values, error => Assert.Contains("4096 others wait", error.Message, StringComparison.Ordinal));

        open.SetResult();
        await lookups.CompleteAsync(null, default);
        var last = _bench.Sandbox.Requests.Select(it => it.Path).Where(it => it.Contains("/redises/", StringComparison.Ordinal)).Max(StringComparer.Ordinal);
        Assert.EndsWith("/r4095", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_does_not_say_where_it_is_is_found_in_the_namespace_of_the_context()
    {
        var lookups = new RecorderLookups(_bench.Session, null);
        var found = new List<ObjectReference>();
        var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "made" };
        lookups.WhenFound(new KnownTarget("made", redis), found.Add, Unexpected);
        await lookups.CompleteAsync(null, default);
        lookups.WhenFound(new KnownTarget("made", redis), found.Add, Unexpected);
        Assert.Equal([redis with { Namespace = "default" }, redis with { Namespace = "default" }], found);
    }

    [Fact]
    public async Task In_an_outage_an_object_is_what_it_was_before_and_one_that_was_never_found_is_looked_up_as_long_as_a_write_is_tried()
    {
        var time = new WaitlessTimeProvider { RequestsTakeNoTime = true };
        await using var session = _bench.NewSession(time);
        var lookups = new RecorderLookups(session, null);
        var redis = _bench.Redis("r1");
        var found = new ConcurrentQueue<string?>();
        await RecordAsync("r1");
        time.Advance(TimeSpan.FromHours(1));
        _bench.Sandbox.Faults.Always(Fault.Refuse());
        await RecordAsync("r1");
        Assert.Equal([redis.Uid, redis.Uid], found);

        var began = time.GetUtcNow();
        await RecordAsync("r2");
        Assert.Equal(["r2"], _notFound.Keys);
        Assert.InRange((time.GetUtcNow() - began).TotalSeconds, 100, 120);

        Task RecordAsync(string name)
        {
            lookups.WhenFound(new NamedTarget($"redis/{name}"), it => found.Enqueue(it.Uid), error => _notFound[name] = error);
            return lookups.CompleteAsync(null, default);
        }
    }

    [Fact]
    public async Task What_is_no_object_has_its_own_error()
    {
        var lookups = new RecorderLookups(_bench.Session, null);
        var why = new ObjectReferenceException("It has no kind.");
        Exception? told = null;
        lookups.WhenFound(new BadTarget("given", why), _ => { }, error => told = error);
        await lookups.CompleteAsync(null, default);
        Assert.Equal((ErrorId.ObjectNotReferable, "It has no kind."), (ErrorMapper.Map(told!)!.Id, told!.Message));
    }

    private void Look(RecorderLookups lookups, string name) => lookups.WhenFound(new NamedTarget(name), _ => { }, error => _notFound[name] = error);

    private static void Unexpected(Exception error) => throw error;

    private sealed class HeldHandler(HttpMessageHandler inner, Task open) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await open.WaitAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
