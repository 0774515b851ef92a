using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell.Completion;

public sealed class ClusterCompletionTests : IAsyncTeardown
{
    private static readonly ClusterSelection Default = new(null, null);
    private readonly KubernetesSandbox _sandbox = new();
    private readonly Loader _loader = new();
    private readonly ClusterSessions _sessions;
    private readonly FakeTimeProvider _time = new(SampleEvents.Noon);
    private readonly ClusterCompletion _completion;

    public ClusterCompletionTests()
    {
        _sandbox.Put(CmdletBench.Definition);
        foreach (var name in new[] { "my-op-redis", "cache" })
            _sandbox.Put($$"""{ "apiVersion": "cache.example.com/v1", "kind": "Redis", "metadata": { "name": "{{name}}", "namespace": "default" } }""");
        _sandbox.Put(SandboxClient.Event("e.1", reason: "ScaledUp", space: "default"));
        _sessions = new ClusterSessions(_loader, new ClusterLinks(configuration => Clusters.Over(_sandbox.CreateHandler(), configuration), TimeProvider.System), TimeProvider.System);
        // Time stands still: on a busy machine, too, all comes in time.
        _completion = new ClusterCompletion(_sessions, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.CloseAsync(TimeSpan.Zero);
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public void Contexts_come_from_the_kubeconfig_alone()
    {
        Assert.Equal(["prod", "test"], Texts(_completion.Contexts(Default)));
        Assert.Empty(_sandbox.Requests);
    }

    [Fact]
    public async Task The_time_that_a_first_connection_has_is_not_spent_on_contexts()
    {
        _sandbox.Faults.Always(Fault.Hang());
        _completion.Contexts(Default);
        var getting = Task.Run(() => _completion.Namespaces(Default));
        await SpoolRun.Until(() => _sandbox.Requests.Count > 0);
        while (!getting.IsCompleted)
        {
            if (!_time.AdvanceToNextTimer(CompletionCache.FirstPatience))
                await Task.Yield();
        }

        Assert.Empty(await getting);
        Assert.Equal(CompletionCache.FirstPatience, _time.GetUtcNow() - SampleEvents.Noon);
    }

    [Fact]
    public void Namespaces_come_from_the_cluster() =>
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], Texts(_completion.Namespaces(Default)));

    [Fact]
    public void Kinds_and_short_names_come_with_a_slash()
    {
        var texts = Texts(_completion.Objects(Default, null, "re"));
        Assert.Contains("redis/", texts);
        Assert.Contains("rd/", texts);
        Assert.Contains("Redis (cache.example.com/v1)", _completion.Objects(Default, null, "re").Select(candidate => candidate.Tip));
        // Both groups of events have the same name: the second needs its group.
        Assert.Contains("event/", texts);
        Assert.Contains("event.events.k8s.io/", texts);
    }

    [Fact]
    public void A_resource_of_two_versions_has_one_name()
    {
        const string second = """{ "name": "v1beta1", "served": true, "storage": false, "schema": { "openAPIV3Schema": { "type": "object" } } }""";
        _sandbox.Put(CmdletBench.Definition.Replace("}]", $"}}, {second}]", StringComparison.Ordinal));
        var offered = _completion.Objects(Default, null, "re").Where(candidate => candidate.Text.StartsWith("redis", StringComparison.Ordinal));
        Assert.Equal(new Candidate("redis/", "Redis (cache.example.com/v1)"), Assert.Single(offered));
    }

    [Theory]
    [InlineData("redis/")]
    [InlineData("rd/my")]
    [InlineData("Redis.v1.cache.example.com/x")]
    public void Behind_the_slash_are_the_objects(string word)
    {
        var resource = word.Split('/')[0];
        Assert.Equal([$"{resource}/cache", $"{resource}/my-op-redis"], Texts(_completion.Objects(Default, null, word)));
    }

    [Fact]
    public void A_resource_that_is_not_there_has_no_objects() => Assert.Empty(_completion.Objects(Default, null, "nonsense/"));

    [Fact]
    public void Reasons_sources_and_types_are_those_of_the_namespace()
    {
        Assert.Equal(["ScaledUp"], Texts(_completion.Reasons(Default, null)));
        Assert.Equal(["Normal", "Warning"], Texts(_completion.Types(Default, null)));
        Assert.Empty(_completion.Reasons(Default, "kube-system"));
        Assert.NotEmpty(_completion.Sources(Default, null));
    }

    [Fact]
    public void The_same_is_asked_once_and_a_list_is_one_page()
    {
        for (var i = 0; i < 3; i++)
            _completion.Objects(Default, null, "redis/m");
        var list = Assert.Single(_sandbox.Requests, request => request is { Verb: "list", Resource: "redises" });
        Assert.Equal("500", list.Query("limit"));
    }

    [Fact]
    public void Another_kubeconfig_is_another_answer()
    {
        Assert.NotEmpty(_completion.Reasons(Default, null));
        _sandbox.Put(SandboxClient.Event("e.2", reason: "Other", space: "default"));
        Assert.Single(_completion.Reasons(Default, null));
        _loader.Version = "2";
        Assert.Equal(2, _completion.Reasons(Default, null).Count);
    }

    [Theory]
    [InlineData(ExecInteractiveMode.IfAvailable, false)]
    [InlineData(ExecInteractiveMode.Always, false)]
    [InlineData(ExecInteractiveMode.Never, true)]
    public void A_plugin_that_may_ask_at_the_console_is_not_started_by_tab(ExecInteractiveMode mode, bool isStarted)
    {
        _loader.Configuration = Clusters.Configuration with { Exec = new ExecPlugin { ApiVersion = "client.authentication.k8s.io/v1", Command = "/nowhere/plugin", InteractiveMode = mode } };
        Assert.Empty(_completion.Namespaces(Default));

        using var lease = _sessions.Lease(Default);
        Assert.Equal(isStarted, lease.Value.Link.MayServeCompletion);
        lease.Value.Link.WasUsedByCmdlet = true;
        Assert.True(lease.Value.Link.MayServeCompletion);
    }

    private static IEnumerable<string> Texts(IReadOnlyList<Candidate> candidates) => candidates.Select(candidate => candidate.Text);

    private sealed class Loader : IConfigurationLoader
    {
        public string Version { get; set; } = "1";

        public ClusterConfiguration Configuration { get; set; } = new() { Server = new Uri("http://sandbox/") };

        public ConfigurationStamp Stamp(ClusterSelection selection) => new(Version);

        public IReadOnlyList<string> Contexts(ClusterSelection selection) => ["prod", "test"];

        public ClusterConfiguration Load(ClusterSelection selection) => Configuration;
    }
}
