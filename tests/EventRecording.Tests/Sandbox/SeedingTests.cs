using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

public sealed class SeedingTests : IDisposable
{
    private readonly KubernetesSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("pod/web-0", "v1", "Pod", "default")]
    [InlineData("deploy/web", "apps/v1", "Deployment", "default")]
    [InlineData("ingresses/web", "networking.k8s.io/v1", "Ingress", "default")]
    [InlineData("node/node-1", "v1", "Node", null)]
    [InlineData("redis/other", "cache.example.com/v1", "Redis", "default")]
    [InlineData("BackupPolicy/nightly", "example.com/v1", "BackupPolicy", "default")]
    public async Task An_object_by_name_is_there_with_its_kind(string name, string apiVersion, string kind, string? inNamespace)
    {
        _sandbox.Add(name);
        var found = await FindAsync(name);
        Assert.Equal((apiVersion, kind, inNamespace), (found.ApiVersion, found.Kind, found.Namespace));
        Assert.NotNull(found.Uid);
    }

    [Fact]
    public async Task An_object_brings_its_kind_and_its_namespace()
    {
        _sandbox.Add("""{"apiVersion": "acme.io/v1beta1", "kind": "Policy", "metadata": {"name": "main", "namespace": "shop"}, "spec": {"days": 3}}""");
        var found = await FindAsync("policies.acme.io/main", "shop");
        Assert.Equal(("acme.io/v1beta1", "Policy"), (found.ApiVersion, found.Kind));
    }

    [Fact]
    public async Task A_definition_that_was_added_is_used()
    {
        _sandbox.Add(PowerShell.CmdletBench.Definition.Replace("Namespaced", "Cluster", StringComparison.Ordinal));
        _sandbox.Add("""{"apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": {"name": "global"}}""");
        Assert.Null((await FindAsync("rd/global")).Namespace);
    }

    [Fact]
    public async Task An_object_that_is_there_is_replaced_and_stays_the_same_one()
    {
        _sandbox.Add("pod/web-0");
        var before = await FindAsync("pod/web-0");
        _sandbox.Add("pod/web-0");
        Assert.Equal(before.Uid, (await FindAsync("pod/web-0")).Uid);
    }

    [Fact]
    public async Task The_objects_of_the_demo_are_there()
    {
        _sandbox.AddDemoObjects();
        foreach (var name in (string[])["redis/my-op-redis", "dbx/my-devbox", "terminals/my-terminal"])
            Assert.Equal("default", (await FindAsync(name)).Namespace);
    }

    [Theory]
    [InlineData("web-0")]
    [InlineData("pod/")]
    [InlineData("pod/web/0")]
    [InlineData("redises.cache.example.com/web")]
    [InlineData("{\"kind\": \"Pod\"}")]
    [InlineData("{\"kind\": ")]
    public void What_is_no_object_is_an_error_that_says_what_to_give(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => _sandbox.Add(text));
        Assert.Contains("for the sandbox", error.Message, StringComparison.Ordinal);
    }

    private async Task<ObjectReference> FindAsync(string name, string? inNamespace = null)
    {
        using var connection = Clusters.Over(_sandbox.CreateHandler());
        return (await new ResourceMapper(connection).GetObjectAsync(name, inNamespace, CancellationToken.None)).Reference;
    }
}
