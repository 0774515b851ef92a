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

    private static Credential Credential(string name) => new(null, TestCertificates.Client(TestCertificates.Authority, name));
}
