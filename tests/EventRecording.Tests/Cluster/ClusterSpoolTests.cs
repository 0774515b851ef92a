using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public class ClusterSpoolTests
{
    private static readonly Impersonation Jane = new() { User = "jane" };

    [Fact]
    public void Whoever_is_another_user_for_the_server_has_another_spool()
    {
        var plain = Clusters.Configuration;
        ClusterConfiguration[] all =
        [
            plain,
            plain with { Token = "token-1" },
            plain with { Token = "token-2" },
            plain with { UserName = "me" },
            plain with { Impersonation = Jane },
            plain with { Impersonation = Jane with { Uid = "7" } },
            plain with { Impersonation = Jane with { Groups = ["a"] } },
            plain with { Impersonation = Jane with { Groups = ["b"] } },
            plain with { Impersonation = Jane with { Groups = ["a", "b"] } },
            plain with { Impersonation = Jane with { Extra = new Dictionary<string, IReadOnlyList<string>> { ["scope"] = ["a"] } } },
        ];
        Assert.Equal(all.Length, all.Select(User).Distinct().Count());
        Assert.All(all, one => Assert.DoesNotContain("token-", User(one), StringComparison.Ordinal));
    }

    [Fact]
    public void The_order_of_groups_and_the_token_of_a_named_user_make_no_other_user()
    {
        var plain = Clusters.Configuration with { UserName = "me" };
        Assert.Equal(User(plain), User(plain with { Token = "renewed" }));
        Assert.Equal(User(plain with { Impersonation = Jane with { Groups = ["a", "b"] } }), User(plain with { Impersonation = Jane with { Groups = ["b", "a"] } }));
    }

    private static string User(ClusterConfiguration configuration) => ClusterSpool.For(configuration, "/spool").User;
}
