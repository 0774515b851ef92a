using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster;

public class OwnershipGraphTests
{
    private readonly OwnershipGraph _graph = new();

    [Fact]
    public void Ownership_reaches_to_any_depth_and_the_nearest_come_first()
    {
        Own("c", "b");
        Own("b", "a");
        Own("a", SampleEvents.Redis);
        Own("a2", SampleEvents.Redis);
        Own("stranger", "somebody");

        Assert.Equal(["a", "a2", "b", "c"], Names(SampleEvents.Redis));
    }

    [Fact]
    public void A_circle_ends_and_an_owner_is_not_its_own()
    {
        Own("a", "b");
        Own("b", "a");

        Assert.Equal(["b"], Names(Named("a")));
    }

    [Fact]
    public void What_has_two_owners_or_two_resources_comes_once()
    {
        Own("a", SampleEvents.Redis);
        Own("b", SampleEvents.Redis);
        Own("c", "a");
        Own("c", "b");

        Assert.Equal(["a", "b", "c"], Names(SampleEvents.Redis));
    }

    [Fact]
    public void A_deleted_namesake_owned_something_else()
    {
        Own("a", SampleEvents.Redis with { Uid = "of-the-namesake" });

        Assert.Empty(Names(SampleEvents.Redis));
    }

    [Theory]
    [InlineData("cache.example.com/v2", "wire", 1)]
    [InlineData(null, null, 1)]
    [InlineData("example.org/v1", "wire", 0)]
    [InlineData("cache.example.com/v1", "elsewhere", 0)]
    public void Without_a_uid_an_owner_is_known_by_its_group_kind_namespace_and_name(string? apiVersion, string? ns, int found)
    {
        Own("a", SampleEvents.Redis);

        Assert.Equal(found, Names(SampleEvents.Redis with { Uid = null, ApiVersion = apiVersion, Namespace = ns }).Count());
    }

    [Fact]
    public void A_node_that_has_the_uid_of_its_kubelet_is_known_by_its_name()
    {
        var node = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n1", Uid = "0b3c" };
        Own("a", node);

        Assert.Equal(["a"], Names(node with { ApiVersion = null, Uid = "n1" }));
    }

    private static ObjectReference Named(string name) => new() { ApiVersion = "v1", Kind = "Pod", Namespace = "wire", Name = name, Uid = name };

    private void Own(string name, string owner) => Own(name, Named(owner));

    private void Own(string name, ObjectReference owner) => _graph.Add(Named(name), [owner with { Namespace = null }]);

    private IEnumerable<string?> Names(ObjectReference owner) => _graph.OwnedBy([owner]).Select(it => it.Name);
}
