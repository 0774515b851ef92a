using System.Runtime.CompilerServices;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>A root that owns one in the middle, which owns many leaves; more than are looked up one by one.</summary>
public sealed class OwnedFamilyTests : IAsyncTeardown
{
    private const int Leaves = 25;

    private readonly CmdletBench _bench = new();
    private readonly ObjectReference _root;
    private TaskCompletionSource _listed = new();
    private TaskCompletionSource _chosen = new();

    public OwnedFamilyTests()
    {
        foreach (var kind in new[] { "Root", "Mid", "Leaf", "Other" })
            Define(kind);
        _root = Put("Root", "root");
        var mid = Put("Mid", "mid", _root);
        for (var i = 0; i < Leaves; i++)
        {
            Put("Leaf", $"leaf-{i}", mid);
            Put("Leaf", $"stranger-{i}");
            Put("Leaf", $"owned-stranger-{i}", Reference("Other", "other"));
        }
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("mids", Leaves + 1)]
    [InlineData("leafs", (3 * Leaves) + 2)]
    [InlineData("others", Leaves + 1)]
    public async Task What_hangs_behind_a_resource_that_cannot_be_listed_is_chosen_and_only_that_is_looked_up_one_by_one(string? notListed, int lookups)
    {
        _bench.Sandbox.Faults.Always(Fault.Status(403, "Forbidden", "no"), request => request.Verb == "list" && request.Resource == notListed);

        Assert.Equal(Enumerable.Range(0, Leaves).Select(i => $"leaf-{i}"), await ChooseAsync());
        Assert.InRange(_bench.Sandbox.Requests.Count(request => request.Verb == "get" && request.Resource is "roots" or "mids" or "leafs" or "others"), 0, lookups);
        Assert.Empty(_bench.Messages.OfType<WarningMessage>());
        Assert.Equal(notListed is null ? 0 : 1, _bench.Messages.OfType<VerboseMessage>().Count(it => it.Text.StartsWith($"{notListed}.x.example.com in namespace default could not be looked through: ", StringComparison.Ordinal)));
    }

    /// <summary>And what hangs on another one that had the name before is not of the family.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_family_of_a_name_is_that_of_the_one_that_was_made_anew(bool isNamed)
    {
        var root = _root with { Uid = "uid-of-the-first" };

        Assert.Equal(isNamed ? Leaves : 0, (await ChooseAsync(new FollowedQuery(new EventQuery { Objects = [root] }, isNamed ? [root] : []))).Count);
        Put("Mid", "mid", root with { Uid = "uid-of-one-before" });
        Assert.Empty(await ChooseAsync(new FollowedQuery(new EventQuery { Objects = [root] }, isNamed ? [root] : [])));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Task<List<string>> ChooseAsync() => ChooseAsync(new FollowedQuery(new EventQuery { Objects = [_root] }, []));

    private async Task<List<string>> ChooseAsync(FollowedQuery roots)
    {
        var chosen = new List<string>();
        (_listed, _chosen) = (new(), new(TaskCreationOptions.RunContinuationsAsynchronously));
        var lookup = new WatchLookup(_bench.Session, _bench.Pump, "Events of owned objects may be missing");
        var family = new OwnedFamily(new FollowedNames(roots, lookup), lookup, _bench.Pump, _bench.Session.Time);
        await foreach (var watched in family.ChooseAsync(EventsAsync(), _listed.Task, _chosen.SetResult, default))
            chosen.Add(watched.Event.InvolvedObject.Name!);
        _bench.Pump.Drain();
        return chosen;
    }

    private async IAsyncEnumerable<WatchedEvent> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var name in Enumerable.Range(0, Leaves).SelectMany(i => new[] { $"leaf-{i}", $"stranger-{i}", $"owned-stranger-{i}" }))
            yield return new WatchedEvent(EventChange.Added, new KubeEvent { Namespace = "default", Name = name, InvolvedObject = Reference("Leaf", name) });
        _listed.SetResult();
        await _chosen.Task.WaitAsync(cancellationToken);
    }

    private static ObjectReference Reference(string kind, string name) =>
        new() { ApiVersion = "x.example.com/v1", Kind = kind, Namespace = "default", Name = name, Uid = $"uid-{name}" };

    private ObjectReference Put(string kind, string name, ObjectReference? owner = null)
    {
        var owners = owner is null ? "" : $", \"ownerReferences\": [ {{ \"apiVersion\": \"x.example.com/v1\", \"kind\": \"{owner.Kind}\", \"name\": \"{owner.Name}\", \"uid\": \"{owner.Uid}\" }} ]";
        _bench.Sandbox.Put($$"""{ "apiVersion": "x.example.com/v1", "kind": "{{kind}}", "metadata": { "name": "{{name}}", "namespace": "default", "uid": "uid-{{name}}"{{owners}} } }""");
        return Reference(kind, name);
    }

    private void Define(string kind)
    {
        // In the singular as its kind, as a definition has it.
        var singular = new string([char.ToLowerInvariant(kind[0]), .. kind[1..]]);
        _bench.Sandbox.Put($$"""
            {
              "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": { "name": "{{singular}}s.x.example.com" },
              "spec": {
                "group": "x.example.com", "scope": "Namespaced", "names": { "plural": "{{singular}}s", "singular": "{{singular}}", "kind": "{{kind}}" },
                "versions": [ { "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": { "type": "object" } } } ]
              }
            }
            """);
    }
}
