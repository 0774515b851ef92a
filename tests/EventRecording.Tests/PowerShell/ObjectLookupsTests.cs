using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class ObjectLookupsTests : IAsyncDisposable
{
    private readonly CmdletBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_name_that_there_is_no_room_for_is_not_looked_up_either()
    {
        var open = new TaskCompletionSource();
        using var handler = new HeldHandler(_bench.Sandbox.CreateHandler(), open.Task);
        await using var session = Clusters.Session(Clusters.Over(handler));
        var lookups = new ObjectLookups(session, null);
        for (var i = 0; i < ObjectLookups.MostWaiting + 3; i++)
            lookups.WhenFound(new NamedTarget($"redis/r{i:0000}"), "ScaledUp", _ => { });
        var refused = session.Background.TakeReport();
        Assert.Equal((ObjectLookups.MostWaiting, 3), (lookups.Waiting, refused.Failed));
        Assert.Equal(["redis/r4096", "redis/r4097", "redis/r4098"], refused.Errors.Select(it => it.Error.Target));

        open.SetResult();
        await lookups.CompleteAsync(null, default);
        var last = _bench.Sandbox.Requests.Select(it => it.Path).Where(it => it.Contains("/redises/", StringComparison.Ordinal)).Max(StringComparer.Ordinal);
        Assert.EndsWith("/r4095", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_does_not_say_where_it_is_is_found_in_the_namespace_of_the_context()
    {
        var lookups = new ObjectLookups(_bench.Session, null);
        var found = new List<ObjectReference>();
        var redis = new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "made" };
        lookups.WhenFound(new KnownTarget("made", redis), "ScaledUp", found.Add);
        await lookups.CompleteAsync(null, default);
        lookups.WhenFound(new KnownTarget("made", redis), "ScaledUp", found.Add);
        Assert.Equal([redis with { Namespace = "default" }, redis with { Namespace = "default" }], found);
    }

    [Fact]
    public async Task What_is_no_object_is_told_with_its_reason()
    {
        var lookups = new ObjectLookups(_bench.Session, null);
        lookups.WhenFound(new BadTarget("given", new ObjectReferenceException("It has no kind.")), "ScaledUp", _ => { });
        await lookups.CompleteAsync(null, default);
        var error = Assert.Single(_bench.Session.Background.TakeReport().Errors).Error;
        Assert.Equal((ErrorId.ObjectNotReferable, "Not recorded on the given object: ScaledUp. It has no kind."), (error.Id, error.Message));
    }

    private sealed class HeldHandler(HttpMessageHandler inner, Task open) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await open.WaitAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
