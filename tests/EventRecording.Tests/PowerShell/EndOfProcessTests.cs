using System.Net;
using System.Net.Sockets;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>What the end of the process meets on a server that takes connections and never answers: nothing is lost in silence, and nothing is told twice.</summary>
public sealed class EndOfProcessTests : IAsyncTeardown
{
    private static readonly ClusterSelection Default = new(null, null);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly ObjectReference Pod = new() { ApiVersion = "v1", Kind = "Pod", Name = "p", Namespace = "default", Uid = "1" };
    private static readonly WriteRequest Started = new() { Reason = "Started", Message = "m", Source = new EventReporter("ops") };
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ChangingKubeconfig _kubeconfig;
    private readonly ClusterSessions _sessions;

    public EndOfProcessTests()
    {
        _silent.Start();
        _kubeconfig = new ChangingKubeconfig(new ClusterConfiguration { Server = new Uri($"http://{_silent.LocalEndpoint}/") });
        var links = new ClusterLinks(configuration => new ClusterConnection(configuration, new ClusterConnectionOptions { RequestTimeout = TimeSpan.FromMinutes(1) }), _time);
        _sessions = new ClusterSessions(_kubeconfig, links, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _sessions.CloseAsync(TimeSpan.Zero);
        _silent.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("1")]
    [InlineData(null)]
    public async Task What_a_cmdlet_waits_for_is_kept_in_the_spool_with_or_without_its_uid(string? uid)
    {
        using var lease = _sessions.Lease(Default, new SpoolPlace(_folder.File("spool"), SpoolPlace.UsualTimeToLive));
        var write = lease.Value.Awaited.Add(this, () => new EventWriting(lease.Value, Started, default).WriteAsync(new KnownTarget(Pod, Pod with { Uid = uid })));
        await EndAsync();
        Assert.IsType<SpooledMessage>(await write);
        Assert.Single(Directory.GetFiles(_folder.File("spool")));
        Assert.Empty(Told());
    }

    [Fact]
    public async Task What_cannot_be_kept_is_told_once_however_often_the_process_is_told_to_end()
    {
        using var lease = _sessions.Lease(Default);
        var writing = new EventWriting(lease.Value, Started, default);
        var known = lease.Value.Awaited.Add(this, () => writing.WriteAsync(new KnownTarget(Pod, Pod)));
        var named = lease.Value.Awaited.Add(this, () => writing.WriteAsync(new NamedTarget("pod/p")));
        var handedOver = lease.Value.Awaited.Add(this, () => writing.HandOverAsync(new NamedTarget("pod/p")));
        await EndAsync();
        await Task.WhenAll(known, named, handedOver);
        Assert.Equal(3, Told().Count);
        await EndAsync();
        Assert.Empty(Told());
    }

    [Fact]
    public async Task The_end_of_the_process_waits_for_a_write_that_is_just_begun()
    {
        using var lease = _sessions.Lease(Default);
        var ending = Task.CompletedTask;
        var write = lease.Value.Awaited.Add(this, () =>
        {
            ending = lease.Value.Awaited.EndLookupsAsync(TimeSpan.FromSeconds(1));
            Assert.False(ending.IsCompleted);
            return new EventWriting(lease.Value, Started, default).WriteAsync(new KnownTarget(Pod, Pod));
        });
        await ending;
        await EndAsync();
        await write;
        Assert.Single(Told());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_events_of_a_step_are_told_once_each_whether_it_goes_on_or_was_stopped(bool isStopped)
    {
        using var lease = _sessions.Lease(Default);
        var step = new StepRecording(lease.Value, new StepRequest("Backup", [new KnownTarget(Pod, Pod)], Started), this);
        if (isStopped)
            step.HandOverEnd(StepEnd.Of(new OperationCanceledException()));
        await EndAsync();
        await Task.WhenAll(lease.Value.Background.Pending()).WaitAsync(Patience);
        var told = Told();
        Assert.Equal(2, told.Count);
        // The process may be slow to end.
        Assert.Empty((await step.EndAsync(StepEnd.Completed)).OfType<EventMessage>());
        await EndAsync();
        Assert.Empty(Told());
    }

    [Fact]
    public async Task A_step_that_is_stopped_while_it_waits_for_its_beginning_leaves_its_end_to_be_told()
    {
        using var lease = _sessions.Lease(Default);
        var step = new StepRecording(lease.Value, new StepRequest("Backup", [new KnownTarget(Pod, Pod)], Started), this);
        _ = step.EndAsync(StepEnd.Completed);
        lease.Value.Awaited.HandOver(this);
        await EndAsync();
        await Task.WhenAll(lease.Value.Background.Pending()).WaitAsync(Patience);
        Assert.Equal(2, Told().Count);
    }

    [Fact]
    public async Task A_runspace_that_ends_leaves_what_its_cmdlets_waited_for_and_its_recorders()
    {
        var left = Clusters.NewWrites();
        using var lease = _sessions.Lease(Default);
        var waited = lease.Value.Awaited.Add(this, () => new EventWriting(lease.Value, Started, default).WriteAsync(new KnownTarget(Pod, Pod)));
        var recorder = new KubeEventRecorder(_sessions.Lease(Default), new EventReporter("ops"), null, null);
        recorder.Event(Pod, EventType.Normal, "Started", "m");

        var leaving = _sessions.LeaveAsync(_ => left);
        await EndAsync();
        await leaving;

        await waited;
        Assert.Empty(Told());
        Assert.Equal(2, left.TakeReport().Failed);
        Assert.Empty(lease.Value.Background.Recorders());
        recorder.Event(Pod, EventType.Normal, "Started", "too late");
        Assert.Equal(1, left.TakeReport().Failed);
    }

    [Fact]
    public async Task A_message_that_its_cmdlet_has_told_is_told_no_more()
    {
        using var lease = _sessions.Lease(Default);
        Assert.IsType<ErrorMessage>(await RefusedAsync(lease.Value)).Told!();
        await EndAsync();
        Assert.Empty(Told());
    }

    [Fact]
    public async Task One_that_reaches_the_pipeline_only_while_the_process_ends_is_told()
    {
        using var lease = _sessions.Lease(Default);
        var refused = await RefusedAsync(lease.Value);
        await lease.Value.Awaited.EndLookupsAsync(TimeSpan.FromSeconds(1));
        refused.Told!();
        await EndAsync();
        Assert.Single(Told());
    }

    [Fact]
    public async Task One_that_has_not_reached_the_pipeline_yet_is_told()
    {
        using var lease = _sessions.Lease(Default);
        await RefusedAsync(lease.Value);
        await EndAsync();
        Assert.Single(Told());
    }

    [Fact]
    public async Task What_a_cmdlet_that_was_stopped_has_not_told_is_told_by_somebody_else_but_not_what_was_never_accepted()
    {
        using var lease = _sessions.Lease(Default);
        await RefusedAsync(lease.Value);
        using var stopped = new CancellationTokenSource();
        var known = lease.Value.Awaited.Add(this, () => new EventWriting(lease.Value, Started, stopped.Token).WriteAsync(new KnownTarget(Pod, Pod)));
        var named = lease.Value.Awaited.Add(this, () => new EventWriting(lease.Value, Started, stopped.Token).WriteAsync(new NamedTarget("pod/p")));
        await stopped.CancelAsync();
        lease.Value.Awaited.HandOver(new object());
        Assert.Empty(lease.Value.Background.Pending());

        lease.Value.Awaited.HandOver(this);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => named);
        await SpoolRun.Until(() => lease.Value.Background.Pending().Count(write => !write.IsCompleted) == 1);
        Assert.Equal("It has no kind.", Assert.Single(Told()).Cause!.Message);
        await EndAsync();
        await known;
        await Task.WhenAll(lease.Value.Background.Pending()).WaitAsync(Patience);
        Assert.Single(Told());
    }

    [Fact]
    public async Task A_session_that_is_being_closed_since_its_kubeconfig_was_changed_is_closed_in_time()
    {
        using (var lease = _sessions.Lease(Default))
            await new EventWriting(lease.Value, Started, default).HandOverAsync(new KnownTarget(Pod, Pod));
        _kubeconfig.Version = "2";
        _sessions.Lease(Default).Dispose();
        await EndAsync();
        await Task.WhenAll(_sessions.Background().SelectMany(background => background.Pending())).WaitAsync(Patience);
        Assert.Single(Told());
    }

    [Fact]
    public async Task A_recorder_is_closed_although_its_kubeconfig_was_changed_since()
    {
        var recorder = new KubeEventRecorder(_sessions.Lease(Default), new EventReporter("ops"), null, null);
        recorder.Event(Pod, "Normal", "Known", "m");
        _kubeconfig.Version = "2";
        using var lease = _sessions.Lease(Default);
        await EndAsync();
        Assert.Single(Told());
    }

    [Fact]
    public async Task So_is_a_session_that_is_still_used()
    {
        using var lease = _sessions.Lease(Default);
        var write = lease.Value.Awaited.Add(this, () => new EventWriting(lease.Value, Started, default).WriteAsync(new KnownTarget(Pod, Pod)));
        _kubeconfig.Version = "2";
        _sessions.Lease(Default).Dispose();
        await EndAsync();
        Assert.IsType<ErrorMessage>(await write);
        Assert.Single(Told());
    }

    [Fact]
    public async Task What_is_begun_too_late_is_told_and_makes_no_broadcaster_that_nobody_would_close()
    {
        using var lease = _sessions.Lease(Default);
        await EndAsync();
        var write = lease.Value.Awaited.Add(this, () => new EventWriting(lease.Value, Started, default).WriteAsync(new KnownTarget(Pod, Pod)));
        lease.Value.Awaited.HandOver(this);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => write.WaitAsync(Patience));
        await Task.WhenAll(lease.Value.Background.Pending()).WaitAsync(Patience);
        Assert.Equal("The session is closed: it records nothing more.", Assert.Single(Told()).Message);
    }

    private Task<CmdletMessage> RefusedAsync(ClusterSession session) =>
        session.Awaited.Add(this, () => new EventWriting(session, Started, default).WriteAsync(new BadTarget("given", new ObjectReferenceException("It has no kind."))));

    private IReadOnlyList<CmdletError> Told() => [.. _sessions.Background().SelectMany(background => background.TakeReport().Errors).Select(message => message.Error)];

    private async Task EndAsync()
    {
        var ending = _sessions.EndAsync(Timeout);
        for (var i = 0; i < 3_000 && await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System)) != ending; i++)
            _time.AdvanceToNextTimer(within: Timeout);
        await ending.WaitAsync(TimeSpan.Zero);
    }

    private sealed class ChangingKubeconfig(ClusterConfiguration configuration) : IConfigurationLoader
    {
        public string Version { get; set; } = "1";

        public ConfigurationStamp Stamp(ClusterSelection selection) => new(Version);

        public IReadOnlyList<string> Contexts(ClusterSelection selection) => [];

        public ClusterConfiguration Load(ClusterSelection selection) => configuration;
    }
}
