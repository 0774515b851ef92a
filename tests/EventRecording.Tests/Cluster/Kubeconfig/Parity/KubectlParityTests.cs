using System.Runtime.Versioning;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Kubeconfig.Parity;

/// <summary>The installed kubectl and our connection with the same kubeconfig against the same server.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KubectlParityTests(ParityCluster cluster) : IClassFixture<ParityCluster>
{
    public static TheoryData<string> Cases => new(Directory.GetFiles(ParityCase.Folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order()!);

    [KubectlTheory]
    [MemberData(nameof(Cases))]
    public async Task The_same_kubeconfig_gives_the_same_server_the_same_identity_or_the_same_failure(string name)
    {
        var parity = ParityCase.Read(name);
        using var folder = new TempFolder();
        cluster.Furnish(folder);
        parity.Write(folder, text => cluster.Fill(text, folder));
        var kubeconfigs = parity["kubeconfig"] is { } given ? cluster.Fill(given, folder) : string.Join(':', parity.Files.Select(file => folder.File(file.Path)));
        var kubectl = await AskAsync(() => AskKubectlAsync(kubeconfigs, parity["context"]));
        var ours = await AskAsync(() => ConnectAsync(kubeconfigs, parity["context"]));

        var expected = parity["kubectl-seen"] is null && parity["kubectl-refused"] is null
            ? (Seen: parity["seen"], Refused: parity["kubectl-says"] ?? "(no kubectl-says)")
            : (Seen: parity["kubectl-seen"], Refused: parity["kubectl-refused"]!);
        Assert.True(kubectl.Matches(expected.Seen, expected.Refused) && ours.Matches(parity["seen"], parity["refused"]!), $"kubectl: {kubectl}\nours: {ours}");
        if (parity["differs"] is null)
            AssertSame(parity, kubectl.Traffic, ours.Traffic);
    }

    private static void AssertSame(ParityCase parity, Traffic kubectl, Traffic ours)
    {
        Assert.Equal(kubectl.Visitors.Select(Comparable), ours.Visitors.Select(Comparable));
        Assert.Equal(kubectl.Tunnels, ours.Tunnels);
        if (parity["seen"] is not null)
            Assert.Equal(kubectl.EventPaths, ours.EventPaths);

        (string, Visit) Comparable((string Server, Visit Visit) visitor) => (visitor.Server, visitor.Visit with
        {
            Protocol = parity["protocol"] is null ? visitor.Visit.Protocol : "",
            Host = parity["host"] is null ? visitor.Visit.Host : "",
        });
    }

    private async Task<Answer> AskAsync(Func<Task<string?>> ask)
    {
        cluster.TakeTraffic();
        return new Answer(await ask(), cluster.TakeTraffic());
    }

    /// <returns>The error, if there is one.</returns>
    private static async Task<string?> AskKubectlAsync(string kubeconfigs, string? context)
    {
        using var kubectl = new Kubectl(kubeconfigs);
        string[] arguments = ["get", "events", .. context is null ? Array.Empty<string>() : ["--context", context]];
        var (code, _, errors) = await kubectl.TryAsync(arguments);
        return code == 0 ? null : errors;
    }

    private static async Task<string?> ConnectAsync(string kubeconfigs, string? context)
    {
        try
        {
            var configuration = KubeConfigs.Load(null, context, new() { ["KUBECONFIG"] = kubeconfigs });
            using var connection = new ClusterConnection(configuration, new ClusterConnectionOptions { PluginOutput = _ => { } });
            await connection.RequestAsync(HttpMethod.Get, $"/api/v1/namespaces/{configuration.Namespace}/events?limit=500");
            return null;
        }
        catch (Exception error) when (error is ClusterConfigurationException or ClusterConnectionException or KubernetesApiException)
        {
            return error.Message;
        }
    }

    private sealed record Answer(string? Error, Traffic Traffic)
    {
        public bool Matches(string? seen, string refused) => seen is null
            ? Error?.Contains(refused, StringComparison.Ordinal) == true
            : Error is null && Traffic.Visits.All(visit => visit.Visit.Identity.Trim() == seen) && Traffic.Visits.Count > 0;

        public override string ToString() => Error is null ? $"seen as {string.Join("; ", Traffic.Visitors)}" : $"refused: {Error}";
    }
}
