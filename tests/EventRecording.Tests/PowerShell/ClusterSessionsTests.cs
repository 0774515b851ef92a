using System.Diagnostics.CodeAnalysis;
using System.Text;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Delivery.Spooling;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class ClusterSessionsTests
{
    private static readonly ClusterSelection Default = new(null, null);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly FakeLoader _loader = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ClusterLinks _links;
    private readonly ClusterSessions _sessions;

    public ClusterSessionsTests()
    {
        _links = new ClusterLinks(configuration => Clusters.Over(new FakeHandler(_ => FakeHandler.Json("{}")), configuration), _time);
        _sessions = NewRunspace();
    }

    [Fact]
    public void One_session_serves_all_who_mean_the_same_context()
    {
        using var one = _sessions.Lease(Default);
        using var other = _sessions.Lease(new ClusterSelection(null, "prod"));
        Assert.Same(one.Value, other.Value);
    }

    [Fact]
    public void Another_context_is_another_session()
    {
        using var one = _sessions.Lease(Default);
        using var other = _sessions.Lease(new ClusterSelection(null, "test"));
        Assert.NotSame(one.Value, other.Value);
    }

    [Fact]
    public void Contexts_are_found_by_name_and_by_pattern_each_once_in_the_order_of_asking()
    {
        var leases = _sessions.LeaseContexts(Default, ["test", "PRO*", "t?st", "prod"], (_, error) => throw error);
        Assert.Equal(["test", "prod"], leases.Select(lease => lease.Value.Context));
        Assert.Equal(1, _loader.Loads);
    }

    [Fact]
    public void A_pattern_that_means_no_context_is_told_and_the_others_are_given()
    {
        var told = new List<string>();
        var leases = _sessions.LeaseContexts(Default, ["stage-*", "prod"], (name, error) => told.Add($"{name}: {error.Message}"));
        Assert.Equal(["prod"], leases.Select(lease => lease.Value.Context));
        Assert.Equal(["stage-*: No context of the kubeconfig fits 'stage-*'; there is: prod, test."], told);
    }

    [Fact]
    public void The_only_one_asked_for_that_cannot_be_used_is_an_error_as_without_patterns()
    {
        Assert.Throws<ClusterConfigurationException>(() => _sessions.LeaseContexts(Default, ["stage-*"], (_, _) => Assert.Fail("told")));
        Assert.Throws<FormatException>(() => _sessions.LeaseContexts(Default, ["prod", "[a"], (_, _) => Assert.Fail("told")));
    }

    [Fact]
    public void So_is_another_spool_over_the_same_configuration()
    {
        using var none = _sessions.Lease(Default);
        using var one = _sessions.Lease(Default, new SpoolPlace("/spool", SpoolPlace.UsualTimeToLive));
        using var same = _sessions.Lease(Default, new SpoolPlace("/spool", SpoolPlace.UsualTimeToLive));
        using var other = _sessions.Lease(Default, new SpoolPlace("/spool", TimeSpan.FromMinutes(10)));
        Assert.Same(one.Value, same.Value);
        Assert.Equal(3, new[] { none.Value, one.Value, other.Value }.Distinct().Count());
        Assert.Equal((null, "/spool", 1), (none.Value.SpoolPath, one.Value.SpoolPath, _loader.Loads));
    }

    [Fact]
    public void All_sessions_of_one_cluster_and_user_can_be_had_at_once_and_share_what_was_handed_over()
    {
        using var none = _sessions.Lease(Default);
        using var one = _sessions.Lease(Default, new SpoolPlace("/spool", SpoolPlace.UsualTimeToLive));
        using var test = _sessions.Lease(new ClusterSelection(null, "test"));
        var all = _sessions.LeaseAll(Default, new SpoolPlace("/spool", SpoolPlace.UsualTimeToLive));
        Assert.Equal([one.Value, none.Value], all.Select(lease => lease.Value));
        Assert.Same(one.Value.Background, none.Value.Background);
    }

    [Fact]
    public void So_can_those_of_all_clusters_also_where_none_is_configured_any_more()
    {
        using var test = _sessions.Lease(new ClusterSelection(null, "test"));
        using var one = _sessions.Lease(Default, new SpoolPlace("/spool", SpoolPlace.UsualTimeToLive));
        _loader.IsConfigured = false;
        Assert.Equal([test.Value, one.Value], _sessions.LeaseAll().Select(lease => lease.Value));
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
        Assert.NotSame(old.Value, renewed.Value);
        Assert.True(IsOpen(old.Value));
        old.Dispose();
        Assert.False(IsOpen(old.Value));
        Assert.True(IsOpen(renewed.Value));
    }

    [Fact]
    public void Another_environment_of_a_plugin_is_another_session_and_the_one_before_is_kept_for_what_it_has_pending()
    {
        _loader.Exec = TestPlugin.That();
        var dev = _sessions.Lease(Default);
        dev.Dispose();
        var stamp = _sessions.Stamp(Default);
        _loader.PluginEnvironment = "prod";
        using var prod = _sessions.Lease(Default);
        Assert.NotSame(dev.Value.Link, prod.Value.Link);
        Assert.NotEqual(stamp, _sessions.Stamp(Default));

        _loader.PluginEnvironment = "dev";
        using var again = _sessions.Lease(Default);
        Assert.Same(dev.Value, again.Value);
        Assert.Equal(stamp, _sessions.Stamp(Default));
        var all = _sessions.LeaseAll(Default, null);
        Assert.Equal([dev.Value, prod.Value], all.Select(lease => lease.Value));
        foreach (var lease in all)
            lease.Dispose();
    }

    [Fact]
    public async Task A_kubeconfig_that_has_been_changed_retires_the_sessions_of_all_environments()
    {
        _loader.Exec = TestPlugin.That("print", TestPlugin.Token("t"));
        var dev = _sessions.Lease(Default);
        dev.Dispose();
        _loader.PluginEnvironment = "prod";
        var prod = _sessions.Lease(Default);
        prod.Dispose();
        _loader.Version = "2";
        _sessions.Lease(Default).Dispose();
        Assert.False(IsOpen(dev.Value));
        Assert.False(IsOpen(prod.Value));
    }

    [Fact]
    public void Where_no_plugin_is_run_the_environment_is_not_looked_at()
    {
        using var one = _sessions.Lease(Default);
        _loader.PluginEnvironment = null;
        using var other = _sessions.Lease(Default);
        Assert.Same(one.Value, other.Value);
        Assert.Equal(1, _loader.Loads);
    }

    [Fact]
    public async Task Closing_ends_what_nobody_uses_at_once_and_the_next_use_begins_anew()
    {
        var idle = _sessions.Lease(Default);
        idle.Dispose();
        using var used = _sessions.Lease(new ClusterSelection(null, "test"));
        await _sessions.CloseAsync(TimeSpan.Zero);
        _links.CloseUnused();
        Assert.False(IsOpen(idle.Value));
        Assert.True(IsOpen(used.Value));
        using var next = _sessions.Lease(Default);
        Assert.True(IsOpen(next.Value));
    }

    [Fact]
    public async Task Closing_those_of_a_kubeconfig_ends_those_that_were_used_before_a_proxy_was_set()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("config"), KubeConfigs.Simple);
        var variables = new Dictionary<string, string?>();
        var sessions = new ClusterSessions(new KubeConfigurationLoader(variables.GetValueOrDefault), _links, _time);
        var selection = new ClusterSelection(folder.File("config"), null);
        var idle = sessions.Lease(selection);
        idle.Dispose();
        using var used = sessions.Lease(selection, new SpoolPlace("/spool", SpoolPlace.UsualTimeToLive));
        using var other = _sessions.Lease(Default);

        variables["HTTPS_PROXY"] = "http://proxy:3128";
        await sessions.CloseAsync(selection, TimeSpan.Zero);
        variables.Clear();

        using var next = sessions.Lease(selection);
        Assert.NotSame(idle.Value, next.Value);
        Assert.NotSame(used.Value.Link, next.Value.Link);
        Assert.True(IsOpen(other.Value));
    }

    [Fact]
    public async Task A_lease_is_given_back_once()
    {
        var one = _sessions.Lease(Default);
        using var other = _sessions.Lease(Default);
        one.Dispose();
        one.Dispose();
        await _sessions.CloseAsync(TimeSpan.Zero);
        Assert.True(IsOpen(other.Value));
    }

    [Fact]
    public void Runspaces_share_a_connection_and_nothing_of_what_was_handed_over()
    {
        using var one = _sessions.Lease(Default);
        using var other = NewRunspace().Lease(Default);
        Assert.Same(one.Value.Link, other.Value.Link);
        Assert.NotSame(one.Value.Broadcaster, other.Value.Broadcaster);
        Assert.NotSame(one.Value.Background, other.Value.Background);
    }

    [Fact]
    public async Task Removing_the_module_in_one_runspace_takes_nothing_from_the_others()
    {
        var others = NewRunspace();
        var other = others.Lease(Default);
        other.Dispose();
        _sessions.Lease(Default).Dispose();
        await _sessions.CloseAsync(TimeSpan.Zero);
        _links.CloseUnused();
        Assert.True(IsOpen(other.Value));
        using var again = others.Lease(Default);
        Assert.Same(other.Value, again.Value);
    }

    [Fact]
    public async Task What_nobody_uses_is_closed_after_a_while()
    {
        var used = _sessions.Lease(Default);
        var unused = _sessions.Lease(new ClusterSelection(null, "test"));
        unused.Dispose();
        PassTime();
        Assert.False(IsOpen(unused.Value));
        Assert.True(IsOpen(used.Value));
        used.Dispose();
        PassTime();
        Assert.False(IsOpen(used.Value));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task A_session_is_busy_while_something_is_on_its_way()
    {
        await using var sandbox = new KubernetesSandbox();
        sandbox.Faults.Always(Fault.Hang());
        var session = Clusters.Session(Clusters.Over(sandbox.CreateHandler()));
        Assert.False(session.IsBusy);
        session.Broadcaster.NewRecorder("test").Event(new ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "my-op-redis", Namespace = "default" }, EventType.Normal, "ScaledUp", "");
        Assert.True(session.IsBusy);
        await session.CloseAsync(TimeSpan.Zero);
        Assert.False(session.IsBusy);
    }

    [Fact]
    public async Task A_session_is_busy_while_an_object_is_looked_up_for_an_event()
    {
        var session = Clusters.Session(Clusters.Over(new FakeHandler(_ => FakeHandler.Json("{}"))));
        var lookup = new TaskCompletionSource<Task<CmdletMessage>>();
        var write = session.Awaited.Begin(lookup.Task);
        Assert.True(session.IsBusy);
        lookup.SetResult(Task.FromResult<CmdletMessage>(new VerboseMessage("")));
        await write;
        Assert.False(session.IsBusy);
        await session.CloseAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_session_whose_spool_cannot_be_used_is_kept_once_it_records()
    {
        using var folder = new TempFolder();
        var session = Clusters.Session(Clusters.Over(new FakeHandler(_ => FakeHandler.Json("{}"))), folder.Write("spool", "no directory"));
        Assert.False(session.IsBusy);
        Assert.NotNull((await session.FlushAsync(null, default)).SpoolFault);
        Assert.True(session.IsBusy);
        await session.CloseAsync(TimeSpan.Zero);
    }

    [UnixFact("Windows has no pipes among its files.")]
    public Task A_kubeconfig_on_a_disk_that_hangs_holds_up_no_other_cluster_and_not_the_end_of_the_process() => HangAsync((disk, other) =>
    {
        File.WriteAllText(other, KubeConfigs.Simple);
        return (new KubeConfigurationLoader(), new(disk, null), new(other, null), Encoding.UTF8.GetBytes(KubeConfigs.Simple));
    });

    [UnixFact("Windows has no pipes among its files.")]
    public Task So_does_a_certificate_in_no_runspace() => HangAsync((disk, _) =>
    {
        _loader.Authority = disk;
        return (_loader, Default, new(null, "test"), TestCertificates.Pem(TestCertificates.Authority));
    });

    [Fact]
    public async Task A_runspace_that_ended_keeps_no_session_for_what_lies_in_its_spool()
    {
        using var folder = new TempFolder();
        var place = new SpoolPlace(folder.File("spool"), SpoolPlace.UsualTimeToLive);
        using var held = new HeldEntry(Keep(place));
        var session = Use(place);
        PassTime();
        Assert.True(IsOpen(session));
        await _sessions.LeaveAsync(owner => new BackgroundWrites(owner)).WaitAsync(Patience);
        PassTime();
        Assert.False(IsOpen(session));
    }

    [Fact]
    public async Task A_session_is_kept_for_what_its_spool_holds_of_its_own_and_for_nothing_else_that_lies_there()
    {
        using var folder = new TempFolder();
        var place = new SpoolPlace(folder.File("spool"), SpoolPlace.UsualTimeToLive);
        var own = Keep(place);
        Keep(place, user: "another");
        await File.WriteAllTextAsync(own + ".damaged", "what was set aside");
        var session = Use(place);
        using (new HeldEntry(own))
        {
            PassTime();
            Assert.Same(session, Use(place));
        }

        // As if the one who held it had sent it.
        File.Delete(own);
        await session.FlushAsync(null, default);
        PassTime();
        Assert.NotSame(session, Use(place));
    }

    [Fact]
    public void Of_two_that_read_the_same_at_once_the_first_is_used_by_both()
    {
        Lease<ClusterSession>? first = null;
        _loader.Loading = () =>
        {
            _loader.Loading = null;
            first = _sessions.Lease(Default);
        };
        using var second = _sessions.Lease(Default);
        Assert.Same(first!.Value, second.Value);
    }

    [Fact]
    public async Task Of_many_that_nobody_uses_a_few_are_kept()
    {
        var leases = Enumerable.Range(0, 40).Select(i => _sessions.Lease(new ClusterSelection(null, $"context-{i}"))).ToArray();
        foreach (var lease in leases)
        {
            lease.Dispose();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // Some by their sessions, as many by their connections alone.
        var open = new List<string>();
        foreach (var lease in leases)
        {
            if (IsOpen(lease.Value))
                open.Add(lease.Value.Link.Connection.Configuration.ContextName!);
        }

        Assert.Equal(Enumerable.Range(8, 32).Select(i => $"context-{i}"), open);
    }

    // Whoever uses it records something, sooner or later.
    private ClusterSession Use(SpoolPlace place)
    {
        using var lease = _sessions.Lease(Default, place);
        _ = lease.Value.Broadcaster;
        return lease.Value;
    }

    /// <returns>The file of an entry of a user of the cluster; default: of the one who is meant.</returns>
    private static string Keep(SpoolPlace place, string? user = null)
    {
        var options = ClusterSpool.For(Clusters.Configuration, place.Path);
        options = options with { User = user ?? options.User };
        var entry = SpoolEntries.Sample with { Cluster = options.Cluster, User = options.User };
        var directory = SpoolEntries.Directory(place.Path, _ => options);
        directory.Keep(default, entry);
        return Path.Combine(place.Path, entry.FileName(directory.Scope).ToString());
    }

    // Sessions give their connection back when they are closed, which is kept for a while, too.
    private void PassTime()
    {
        for (var i = 0; i < 4; i++)
            _time.Advance(LeasePool<LinkKey, ClusterLink>.KeptUnused);
    }

    private async Task HangAsync(Func<string, string, (IConfigurationLoader Loader, ClusterSelection Hanging, ClusterSelection Other, ReadOnlyMemory<byte> Content)> prepare)
    {
        using var folder = new TempFolder();
        var disk = folder.File("disk");
        await HangingFile.MakeAsync(disk);
        var (loader, hanging, other, content) = prepare(disk, folder.File("other"));
        var links = new ClusterLinks(configuration => new ClusterConnection(configuration), _time);
        ClusterSessions[] runspaces = [new(loader, links, _time), new(loader, links, _time)];
        var leasing = Task.Run(() => runspaces[0].Lease(hanging));
        using (var pipe = await HangingFile.OpenAsync(disk))
        {
            foreach (var runspace in runspaces)
            {
                (await Task.Run(() => runspace.Lease(other)).WaitAsync(Patience)).Dispose();
                Assert.NotEmpty(await Task.Run(runspace.Background).WaitAsync(Patience));
                await Task.Run(() => runspace.EndAsync(TimeSpan.Zero)).WaitAsync(Patience);
            }

            Assert.False(leasing.IsCompleted);
            await pipe.WriteAsync(content);
        }

        using var lease = await leasing.WaitAsync(Patience);
        Assert.Equal("prod", lease.Value.Context);
    }

    private ClusterSessions NewRunspace() => new(_loader, _links, _time);

    private static bool IsOpen(ClusterSession session) => !session.Link.Connection.Disposal.IsCancellationRequested;

    private sealed class FakeLoader : IConfigurationLoader
    {
        private string? _environment = "dev";

        public string Version { get; set; } = "1";

        public int Loads { get; private set; }

        public bool IsConfigured { get; set; } = true;

        public Action? Loading { get; set; }

        /// <summary>The file of the certificate authority of the current context.</summary>
        public string? Authority { get; set; }

        public ExecPlugin? Exec { get; set; }

        [AllowNull]
        public string PluginEnvironment
        {
            get => _environment ?? throw new InvalidOperationException("nothing depends on it");
            set => _environment = value;
        }

        public ConfigurationStamp Stamp(ClusterSelection selection) => IsConfigured ? new(Version) : throw new ClusterConfigurationException("No cluster is configured.");

        public IReadOnlyList<string> Contexts(ClusterSelection selection) => ["prod", "test"];

        public Func<string?, ClusterConfiguration> Open(ClusterSelection selection)
        {
            Loads++;
            return context => Clusters.Configuration with { ContextName = context };
        }

        public ClusterConfiguration Load(ClusterSelection selection)
        {
            Loads++;
            Loading?.Invoke();
            return Clusters.Configuration with { ContextName = selection.Context ?? "prod", CertificateAuthorityFile = selection.Context is null ? Authority : null, Exec = Exec };
        }
    }
}
