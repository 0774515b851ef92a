using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class WatchLookupTests : IAsyncTeardown
{
    private const string Consequence = "Events of owned objects may be missing";
    private static readonly ObjectReference Child = new() { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "child", Uid = "uid-child" };

    private readonly CmdletBench _bench = new();
    private readonly ClusterSession _session;

    // Requests take their time; between tries none passes.
    public WatchLookupTests() => _session = Clusters.Session(
        Clusters.Over(_bench.Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/") }), time: new WaitlessTimeProvider());

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Owners_are_found_in_the_version_that_is_served_now(string version)
    {
        await _session.Mapper.GetResourcesAsync();
        _bench.Sandbox.Put(CmdletBench.Definition.Replace("\"v1\", \"served\"", $"\"{version}\", \"served\"", StringComparison.Ordinal));
        _bench.Sandbox.Put($$"""
            {
              "apiVersion": "cache.example.com/{{version}}", "kind": "Redis",
              "metadata": { "name": "child", "namespace": "default", "uid": "uid-child", "ownerReferences": [
                { "apiVersion": "cache.example.com/{{version}}", "kind": "Redis", "name": "root", "uid": "uid-root" } ] }
            }
            """);

        Assert.Equal("uid-root", Assert.Single(await OwnersAsync(Child)).Uid);
        Assert.Empty(_bench.Messages);
    }

    [Theory]
    [InlineData("Redis")]
    [InlineData("NeverServed")]
    public async Task What_is_not_there_has_no_owners(string kind)
    {
        Assert.Empty(await OwnersAsync(Child with { Kind = kind }));
        Assert.Empty(_bench.Messages);
    }

    [Theory]
    [InlineData("/apis")]
    [InlineData("/apis/cache.example.com/v1/namespaces/default/redises/child")]
    public async Task A_path_that_leads_nowhere_is_no_object_that_is_not_there(string path)
    {
        _bench.Sandbox.Faults.Always(Fault.Answer(404, "text/plain", "404 page not found"), request => request.Path == path);

        Assert.Empty(await OwnersAsync(Child));
        Assert.StartsWith(Consequence + ": ", Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics.example.com/v1")]
    [InlineData(null)]
    public async Task Owners_of_a_group_that_does_not_answer_are_said_to_be_missing(string? apiVersion)
    {
        var server = new DiscoveryServer { IsAggregated = true }.Add("v1", "pods", "Pod").Add("metrics.example.com/v1", "readings", "Reading");
        server.Broken.Add("/apis/metrics.example.com/v1");
        using var handler = new FakeHandler(server.Answer);
        await using var session = Clusters.Session(Clusters.Over(handler));
        var lookup = new WatchLookup(session, _bench.Pump, Consequence);

        Assert.Null(await lookup.FindAsync(Child, "default", default));
        _bench.Pump.Drain();
        Assert.Empty(_bench.Messages);

        Assert.Null(await lookup.FindAsync(Child with { ApiVersion = apiVersion }, "default", default));
        _bench.Pump.Drain();
        Assert.EndsWith("These groups did not answer: metrics.example.com/v1.", Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_that_is_not_there_for_a_moment_is_waited_for()
    {
        _bench.Sandbox.Put("""
            {
              "apiVersion": "cache.example.com/v1", "kind": "Redis",
              "metadata": { "name": "child", "namespace": "default", "uid": "uid-child", "ownerReferences": [
                { "apiVersion": "cache.example.com/v1", "kind": "Redis", "name": "root", "uid": "uid-root" } ] }
            }
            """);
        using var handler = new WithoutCredential(_bench.Sandbox.CreateHandler());
        await using var session = Clusters.Session(Clusters.Over(handler, new ClusterConfiguration { Server = new Uri("http://sandbox/") }), time: new WaitlessTimeProvider());

        var found = await new WatchLookup(session, _bench.Pump, Consequence).FindAsync(Child, "default", default);

        Assert.Equal("uid-root", Assert.Single(found!.Owners).Uid);
        Assert.Equal(0, handler.Missing);
        _bench.Pump.Drain();
        Assert.Empty(_bench.Messages.OfType<WarningMessage>());
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _bench.DisposeAsync();
    }

    private async Task<IReadOnlyList<ObjectReference>> OwnersAsync(ObjectReference reference)
    {
        var found = await new WatchLookup(_session, _bench.Pump, Consequence).FindAsync(reference, "default", default);
        _bench.Pump.Drain();
        return found?.Owners ?? [];
    }

    // As a token file that is being replaced while the server refuses the old token.
    private sealed class WithoutCredential(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public int Missing { get; private set; } = 5;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Missing-- > 0 ? throw new ClusterConfigurationException("The token file is empty.") : Pass(request, cancellationToken);

        private Task<HttpResponseMessage> Pass(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Missing = 0;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
