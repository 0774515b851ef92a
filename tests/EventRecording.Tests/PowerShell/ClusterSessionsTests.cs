using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class ClusterSessionsTests
{
    private static readonly ClusterSelection Default = new(null, null);
    private readonly FakeLoader _loader = new();
    private readonly ClusterSessions _sessions;

    public ClusterSessionsTests() =>
        _sessions = new ClusterSessions(_loader, configuration => Clusters.Over(new FakeHandler(_ => FakeHandler.Json("{}")), configuration));

    [Fact]
    public void One_session_serves_all_who_mean_the_same_context()
    {
        using var one = _sessions.Lease(Default);
        using var other = _sessions.Lease(new ClusterSelection(null, "prod"));
        Assert.Same(one.Session, other.Session);
    }

    [Fact]
    public void Another_context_is_another_session()
    {
        using var one = _sessions.Lease(Default);
        using var other = _sessions.Lease(new ClusterSelection(null, "test"));
        Assert.NotSame(one.Session, other.Session);
    }

    [Fact]
    public void So_is_another_spool_over_the_same_configuration()
    {
        using var none = _sessions.Lease(Default);
        using var one = _sessions.Lease(Default, "/spool");
        using var same = _sessions.Lease(Default, "/spool");
        using var other = _sessions.Lease(Default, "/other");
        Assert.Same(one.Session, same.Session);
        Assert.Equal(3, new[] { none.Session, one.Session, other.Session }.Distinct().Count());
        Assert.Equal((null, "/spool", 1), (none.Session.SpoolPath, one.Session.SpoolPath, _loader.Loads));
    }

    [Fact]
    public void All_sessions_of_one_cluster_and_user_can_be_had_at_once_and_share_what_was_handed_over()
    {
        using var none = _sessions.Lease(Default);
        using var one = _sessions.Lease(Default, "/spool");
        using var test = _sessions.Lease(new ClusterSelection(null, "test"));
        var all = _sessions.LeaseAll(Default, "/spool");
        Assert.Equal([one.Session, none.Session], all.Select(lease => lease.Session));
        Assert.Same(one.Session.HandedOver, none.Session.HandedOver);
    }

    [Fact]
    public void A_kubeconfig_that_did_not_change_is_read_once()
    {
        _sessions.Lease(Default).Dispose();
        _sessions.Lease(Default).Dispose();
        Assert.Equal(1, _loader.Loads);
    }

    [Fact]
    public async Task A_kubeconfig_that_changed_is_read_again_and_the_old_session_ends_with_its_last_use()
    {
        using var old = _sessions.Lease(Default);
        _loader.Version = "2";
        using var renewed = _sessions.Lease(Default);
        Assert.NotSame(old.Session, renewed.Session);
        Assert.True(await IsOpen(old.Session));
        old.Dispose();
        Assert.False(await IsOpen(old.Session));
        Assert.True(await IsOpen(renewed.Session));
    }

    [Fact]
    public async Task Closing_ends_what_nobody_uses_at_once_and_the_next_use_begins_anew()
    {
        var idle = _sessions.Lease(Default);
        idle.Dispose();
        using var used = _sessions.Lease(new ClusterSelection(null, "test"));
        await _sessions.CloseAsync();
        Assert.False(await IsOpen(idle.Session));
        Assert.True(await IsOpen(used.Session));
        using var next = _sessions.Lease(Default);
        Assert.True(await IsOpen(next.Session));
    }

    [Fact]
    public async Task A_lease_is_given_back_once()
    {
        var one = _sessions.Lease(Default);
        using var other = _sessions.Lease(Default);
        one.Dispose();
        one.Dispose();
        await _sessions.CloseAsync();
        Assert.True(await IsOpen(other.Session));
    }

    private static async Task<bool> IsOpen(ClusterSession session)
    {
        try
        {
            await session.Source.ListAsync(new EventListRequest(), CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        catch (ClusterConnectionException)
        {
        }

        return true;
    }

    private sealed class FakeLoader : IConfigurationLoader
    {
        public string Version { get; set; } = "1";

        public int Loads { get; private set; }

        public string Stamp(ClusterSelection selection) => Version;

        public IReadOnlyList<string> Contexts(string? kubeconfig) => ["prod", "test"];

        public ClusterConfiguration Load(ClusterSelection selection)
        {
            Loads++;
            return Clusters.Configuration with { ContextName = selection.Context ?? "prod" };
        }
    }
}
