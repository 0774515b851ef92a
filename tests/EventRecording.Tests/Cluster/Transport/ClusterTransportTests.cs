using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public class ClusterTransportTests
{
    [Fact]
    public async Task A_late_request_with_the_previous_certificate_changes_nothing_for_the_others()
    {
        using var transport = new ClusterTransport(Clusters.Configuration, new ClusterConnectionOptions());
        var (first, second) = (Credential("first"), Credential("second"));
        var before = await transport.ForAsync(first, default);
        var after = await transport.ForAsync(second, default);
        var key = transport.Key;
        Assert.NotSame(before, after);
        Assert.Same(before, await transport.ForAsync(first, default));
        Assert.Same(after, await transport.ForAsync(second, default));
        Assert.Same(key, transport.Key);
    }

    [Fact]
    public async Task Who_has_the_transport_of_the_previous_certificate_has_none_when_all_are_disposed()
    {
        using var transport = new ClusterTransport(Clusters.Configuration, new ClusterConnectionOptions());
        var before = await transport.ForAsync(Credential("first"), default);
        var after = await transport.ForAsync(Credential("second"), default);
        transport.Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, Clusters.Configuration.Server);
        foreach (var one in new[] { before, after })
            await Assert.ThrowsAsync<ObjectDisposedException>(() => one.SendAsync(request, default));
    }

    [Fact]
    public async Task After_disposal_no_transport_is_given_nor_made()
    {
        using var transport = new ClusterTransport(Clusters.Configuration, new ClusterConnectionOptions());
        var (previous, current) = (Credential("first"), Credential("second"));
        await transport.ForAsync(previous, default);
        await transport.ForAsync(current, default);
        var key = transport.Key;
        transport.Dispose();
        foreach (var one in new[] { previous, current, Credential("renewed meanwhile") })
        {
            var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => transport.ForAsync(one, default).AsTask());
            Assert.Contains("was disposed", error.Message, StringComparison.Ordinal);
            Assert.Equal((true, false), (error.WasNotSent, error.IsTransient));
        }

        Assert.Same(key, transport.Key);
    }

    private static Credential Credential(string name) => new(null, TestCertificates.Client(TestCertificates.Authority, name));
}
