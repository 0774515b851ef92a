using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class PatientLookupTests : IAsyncTeardown
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CmdletBench _bench = new();
    private readonly WaitlessTimeProvider _time = new() { RequestsTakeNoTime = true };
    private readonly ClusterSession _session;
    private readonly List<CmdletMessage> _told = [];

    public PatientLookupTests()
    {
        _session = Clusters.Session(Clusters.Over(_bench.Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/") }, _time), time: _time);
        _session.Notices.Subscribe(_told.Add);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task What_fails_for_a_moment_is_looked_up_again_and_that_is_said_once()
    {
        var redis = _bench.Redis("my-op-redis");
        _bench.Sandbox.Faults.Next(Unavailable()).Next(Fault.Reset()).Next(Fault.TooManyRequests(TimeSpan.FromSeconds(3)), IsObject);

        Assert.Equal(redis, await FindAsync());

        Assert.Contains(TimeSpan.FromSeconds(3), _time.Waits);
        Assert.StartsWith("redis/my-op-redis is not found yet, next try in 0.2 s: ", Assert.IsType<WaitingMessage>(Assert.Single(_told)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_for_longer_than_a_write_would_be_tried_fails_with_the_last_error()
    {
        _bench.Sandbox.Faults.Always(Unavailable());
        var error = await Assert.ThrowsAsync<KubernetesApiException>(FindAsync);
        Assert.Equal(503, error.Status.Code);
        Assert.InRange(_time.Waits.Sum(wait => wait.TotalSeconds), 29, 30);
    }

    [Fact]
    public async Task A_server_that_asks_for_more_time_than_there_is_is_not_waited_for()
    {
        _bench.Sandbox.Faults.Always(Fault.TooManyRequests(TimeSpan.FromMinutes(1)));
        await Assert.ThrowsAsync<KubernetesApiException>(FindAsync);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task What_ends_while_the_server_lets_it_wait_fails_with_what_the_server_says()
    {
        _bench.Sandbox.Faults.Always(Fault.TooManyRequests(TimeSpan.FromSeconds(5)));
        var time = new FakeTimeProvider();
        await using var session = Clusters.Session(Clusters.Over(_bench.Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/") }, time), time: time);
        var finding = session.Lookup(new Deadline(time, TimeSpan.FromSeconds(3))).FindAsync(new NamedTarget("redis/my-op-redis"), null, CancellationToken.None);
        await SpoolRun.Until(() => finding.IsCompleted || time.IsDue(time.GetUtcNow() + TimeSpan.FromSeconds(5)));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(429, (await Assert.ThrowsAsync<KubernetesApiException>(() => finding)).Status.Code);
    }

    [Fact]
    public async Task What_will_never_be_there_fails_at_once()
    {
        await Assert.ThrowsAsync<KubernetesApiException>(FindAsync);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task What_only_lacks_its_namespace_is_taken_as_in_that_of_the_context_where_the_server_does_not_answer()
    {
        var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "made" };
        _bench.Sandbox.Faults.Always(Fault.Hang());
        var time = new FakeTimeProvider();
        var finding = new PatientLookup(_session.Targets, _session.Notices, time, new Deadline(time, Patience), CancellationToken.None).FindAsync(new KnownTarget("made", redis), null, CancellationToken.None);
        await SpoolRun.Until(() => _bench.Sandbox.Requests.Count > 0);
        time.Advance(Patience);
        Assert.Equal(redis with { Namespace = "default" }, await finding);
    }

    private static bool IsObject(SandboxRequest request) => request.Resource == "redises";

    private static Fault Unavailable() => Fault.Status(503, "ServiceUnavailable", "starting");

    private Task<ObjectReference> FindAsync() => _session.Lookup(new Deadline(_time, Patience)).FindAsync(new NamedTarget("redis/my-op-redis"), null, CancellationToken.None);
}
