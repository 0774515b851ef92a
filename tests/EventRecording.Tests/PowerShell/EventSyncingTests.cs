using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public sealed class EventSyncingTests : IAsyncTeardown
{
    private static readonly WriteRequest ScaledUp = new() { Reason = "ScaledUp", Message = "3 replicas", Source = new EventReporter("ops") };
    private readonly CmdletBench _bench = new();

    private EventSyncResult Result => Assert.IsType<EventSyncResult>(Assert.Single(_bench.Messages.OfType<ObjectMessage>()).Value);

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_was_handed_over_is_on_the_server_afterwards()
    {
        var redis = _bench.Known("my-op-redis");
        for (var i = 0; i < 20; i++)
            Assert.IsType<HandedOverMessage>(await HandOverAsync(redis));
        Sync(_bench.Session);
        Assert.Equal(new EventSyncResult(20, 0, 0, 0), Result);
    }

    [Fact]
    public async Task Each_failure_is_told_once_with_what_is_not_recorded_and_why()
    {
        var redis = _bench.Known("my-op-redis");
        _bench.Sandbox.Faults.Always(Fault.ForbiddenByAdmission("exceeded quota: events"));
        await BeginAsync(redis);
        Sync(_bench.Session);
        var error = Assert.Single(_bench.Errors);
        Assert.Equal((ErrorId.RequestRefused, redis.Given, 1L), (error.Id, error.Target, Result.Failed));
        Assert.StartsWith("Not recorded on redis/my-op-redis in namespace default: Normal ScaledUp: 3 replicas. ", error.Message, StringComparison.Ordinal);
        _bench.Messages.Clear();
        Sync(_bench.Session);
        Assert.Equal(new EventSyncResult(0, 0, 0, 0), Result);
    }

    [Fact]
    public async Task What_was_not_told_since_the_first_error_ended_the_pipeline_is_told_by_the_next()
    {
        _bench.Sandbox.Faults.Always(Fault.ForbiddenByAdmission("exceeded quota: events"));
        for (var i = 0; i < 5; i++)
            await BeginAsync(_bench.Known($"redis-{i}"));
        var stopping = new MessagePump(message => throw new InvalidOperationException(((ErrorMessage)message).Error.Message));

        Assert.Throws<InvalidOperationException>(() => stopping.Run(new EventSyncing([_bench.Session], [_bench.Session.Background], stopping, []).RunAsync(null, passThru: true, CancellationToken.None), CancellationToken.None));
        Sync(_bench.Session);

        Assert.Equal((4, new EventSyncResult(0, 0, 0, 4)), (_bench.Errors.Count(), Result));
        Assert.Equal(0, _bench.Session.Background.TakeReport().Failed);
    }

    [Fact]
    public async Task What_runspaces_left_on_the_same_cluster_is_waited_for_and_told_once()
    {
        var writing = new TaskCompletionSource<CmdletMessage>();
        var (left, elsewhere) = (new BackgroundWrites(_bench.Session.Background.Owner), new BackgroundWrites(new ClusterUser(new Uri("https://other"), null)));
        var error = new CmdletError(ErrorId.RequestRefused, CmdletErrorCategory.WriteError, "refused");
        elsewhere.Fail(error, 1);
        await left.AddAsync(() => writing.Task, CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            _bench.Messages.Clear();
            _bench.Run(token =>
            {
                var syncing = new EventSyncing([_bench.Session], [_bench.Session.Background], _bench.Pump, [left, elsewhere]).RunAsync(null, passThru: true, token);
                writing.TrySetResult(new ErrorMessage(error));
                return syncing;
            });
            Assert.Equal(new EventSyncResult(0, 0, 0, 1 - i), Result);
            Assert.Equal(1 - i, _bench.Errors.Count());
        }
    }

    [Fact]
    public async Task Several_clusters_are_spoken_for_at_once_also_where_no_session_is_open_any_more()
    {
        var (here, elsewhere, left) = (new BackgroundWrites(new ClusterUser(new Uri("https://one"), null)), new BackgroundWrites(new ClusterUser(new Uri("https://two"), "me")), new BackgroundWrites(new ClusterUser(new Uri("https://two"), "me")));
        here.Fail(new CmdletError(ErrorId.RequestRefused, CmdletErrorCategory.WriteError, "refused"), 1);
        left.Fail(new CmdletError(ErrorId.RequestRefused, CmdletErrorCategory.WriteError, "left"), 1);
        await elsewhere.AddAsync(() => Task.FromResult<CmdletMessage>(new VerboseMessage("written")), CancellationToken.None);
        _bench.Run(token => new EventSyncing([], [here, elsewhere], _bench.Pump, [left]).RunAsync(null, passThru: true, token));
        Assert.Equal(new EventSyncResult(1, 0, 0, 2), Result);
    }

    [Fact]
    public async Task What_can_never_be_recorded_is_told_when_it_is_handed_over()
    {
        var error = Assert.IsType<ErrorMessage>(await HandOverAsync(_bench.Known("my-op-redis"), ScaledUp with { Reason = " " })).Error;
        Assert.Equal(ErrorId.ArgumentNotValid, error.Id);
        Assert.Equal(0, _bench.Session.Background.TakeReport().Failed);
    }

    [Fact]
    public async Task What_the_spool_holds_is_written_and_counted()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        await SpoolAsync(session);
        _bench.Sandbox.Faults.Clear();
        Sync(session);
        Assert.Equal(new EventSyncResult(1, 0, 0, 0), Result);
    }

    [Fact]
    public async Task A_server_that_is_busy_for_a_moment_after_an_outage_leaves_nothing_in_the_spool()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        await SpoolAsync(session);
        _bench.Sandbox.Faults.Clear();
        _bench.Sandbox.Faults.Next(Fault.Status(503, "ServiceUnavailable", "busy"));
        Sync(session);
        Assert.Equal(new EventSyncResult(1, 0, 0, 0), Result);
    }

    [Fact]
    public async Task What_stays_in_the_spool_is_a_warning_and_no_error()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        await SpoolAsync(session);
        Sync(session);
        Assert.Equal(new EventSyncResult(0, 0, 1, 0), Result);
        Assert.Empty(_bench.Errors);
        Assert.Contains(folder.File("spool"), Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spool_of_several_contexts_of_one_user_is_sent_and_told_once()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        await using var other = _bench.NewSession(spoolPath: folder.File("spool"), background: session.Background);
        await SpoolAsync(session);
        _bench.Run(token => new EventSyncing([session, other, _bench.Session], [session.Background], _bench.Pump, []).RunAsync(null, passThru: true, token));
        Assert.Equal(new EventSyncResult(0, 0, 1, 0), Result);
        Assert.Single(_bench.Messages.OfType<WarningMessage>());
    }

    [Fact]
    public async Task What_lies_in_the_spool_for_another_cluster_is_a_warning_unless_that_is_asked_too()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        var elsewhere = Clusters.Over(_bench.Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://elsewhere/") });
        await using var other = Clusters.Session(elsewhere, folder.File("spool"));
        await SpoolAsync(other);
        Sync(session);
        Assert.Equal(new EventSyncResult(0, 0, 0, 0) { SpooledForOthers = 1 }, Result);
        Assert.Equal(EventText.SpooledForOthers(1, folder.File("spool")), Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text);
        _bench.Messages.Clear();
        _bench.Run(token => new EventSyncing([session, other], [session.Background], _bench.Pump, []).RunAsync(null, passThru: true, token));
        Assert.Equal(new EventSyncResult(0, 0, 1, 0), Result);
        Assert.Equal(EventText.StillSpooled(1, folder.File("spool"), null), Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text);
    }

    /// <summary>Ended runspaces, and other sessions with the same spool, put into it what they give up while it is waited for.</summary>
    [Fact]
    public async Task What_goes_into_the_spool_while_it_is_waited_for_is_told()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        await using var other = _bench.NewSession(spoolPath: folder.File("spool"), background: session.Background);
        var left = new BackgroundWrites(session.Background.Owner);
        var writing = new TaskCompletionSource<CmdletMessage>();
        await left.AddAsync(() => writing.Task, CancellationToken.None);
        _bench.Run(async token =>
        {
            var syncing = new EventSyncing([session], [session.Background], _bench.Pump, [left]).RunAsync(null, passThru: true, token);
            await SpoolAsync(other);
            writing.SetResult(new SpooledMessage("kept"));
            await syncing;
        });
        Assert.Equal(new EventSyncResult(0, 0, 1, 0), Result);
        Assert.Contains(folder.File("spool"), Assert.Single(_bench.Messages.OfType<WarningMessage>()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_spools_each_is_told_with_its_context()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("one"), context: "prod");
        await using var other = _bench.NewSession(spoolPath: folder.File("two"), context: "stage");
        await SpoolAsync(session);
        await SpoolAsync(other);
        _bench.Run(token => new EventSyncing([session, other], [session.Background], _bench.Pump, []).RunAsync(null, passThru: true, token));
        Assert.Equal(2, Result.Spooled);
        Assert.Equal(["Context prod", "Context stag"], _bench.Messages.OfType<WarningMessage>().Select(warning => warning.Text[..12]));
    }

    [Fact]
    public async Task What_the_server_refuses_of_the_spool_is_an_error()
    {
        using var folder = new TempFolder();
        await using var session = _bench.NewSession(spoolPath: folder.File("spool"));
        await SpoolAsync(session);
        _bench.Sandbox.Faults.Clear();
        _bench.Sandbox.Faults.Always(Fault.ForbiddenByAdmission("exceeded quota: events"));
        Sync(session);
        var error = Assert.Single(_bench.Errors);
        Assert.Equal((ErrorId.RequestRefused, "my-op-redis"), (error.Id, Assert.IsType<ObjectReference>(error.Target).Name));
        Assert.Equal(new EventSyncResult(0, 0, 0, 1), Result);
    }

    [Fact]
    public async Task What_is_not_settled_at_the_timeout_is_pending()
    {
        var never = new TaskCompletionSource<CmdletMessage>();
        await _bench.Session.Background.AddAsync(() => never.Task, CancellationToken.None);
        _bench.Run(token => new EventSyncing([_bench.Session], [_bench.Session.Background], _bench.Pump, []).RunAsync(TimeSpan.Zero, passThru: true, token));
        Assert.Equal((ErrorId.SyncTimedOut, 1L), (Assert.Single(_bench.Errors).Id, Result.Pending));
    }

    [Fact]
    public async Task Handing_over_waits_for_room_and_no_longer()
    {
        var handedOver = Clusters.NewWrites();
        var first = new TaskCompletionSource<CmdletMessage>();
        await handedOver.AddAsync(() => first.Task, CancellationToken.None);
        var never = new TaskCompletionSource<CmdletMessage>();
        for (var i = 1; i < BackgroundWrites.MostPending; i++)
            await handedOver.AddAsync(() => never.Task, CancellationToken.None);
        var waiting = handedOver.AddAsync(() => never.Task, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        first.SetResult(new VerboseMessage("written"));
        await waiting;
    }

    [Fact]
    public async Task What_the_server_refuses_at_once_is_told_by_the_report_and_what_is_not_accepted_by_the_caller()
    {
        var handedOver = Clusters.NewWrites();
        var refused = new ErrorMessage(new CmdletError(ErrorId.RequestRefused, CmdletErrorCategory.WriteError, "refused"));
        await handedOver.AddAsync(() => Task.FromResult<CmdletMessage>(refused), CancellationToken.None);
        for (var i = 0; i < BackgroundWrites.MostPending; i++)
            await Assert.ThrowsAsync<InvalidOperationException>(() => handedOver.AddAsync(() => throw new InvalidOperationException("odd"), CancellationToken.None));
        // There is room as before.
        await handedOver.AddAsync(() => Task.FromResult<CmdletMessage>(new VerboseMessage("written")), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        var report = handedOver.TakeReport();
        Assert.Equal(("refused", 1), (Assert.Single(report.Errors).Error.Message, report.Failed));
    }

    [Fact]
    public async Task Failures_are_counted_without_end_and_told_up_to_a_bound()
    {
        var handedOver = Clusters.NewWrites();
        const int failures = UntoldFailures.MostOneByOne + 10;
        for (var i = 0; i < failures; i++)
        {
            var write = new TaskCompletionSource<CmdletMessage>();
            await handedOver.AddAsync(() => write.Task, CancellationToken.None);
            write.SetException(new InvalidOperationException("odd"));
        }

        await Task.WhenAll(handedOver.Pending());
        var report = handedOver.TakeReport();
        Assert.Equal((failures, UntoldFailures.MostOneByOne + 1), (report.Failed, report.Errors.Count));
        Assert.StartsWith("More than 1000 writes failed", report.Errors[^1].Error.Message, StringComparison.Ordinal);
    }

    private Task<CmdletMessage> HandOverAsync(ObjectTarget target, WriteRequest? request = null) =>
        new EventWriting(_bench.Session, request ?? ScaledUp, CancellationToken.None).HandOverAsync(target);

    // A refusal that comes at once is told at once, and not by the next report.
    private async Task BeginAsync(ObjectTarget target)
    {
        if (await HandOverAsync(target) is ErrorMessage { Error: var error })
            _bench.Session.Background.Fail(error, 1);
    }

    private async Task SpoolAsync(ClusterSession session)
    {
        var redis = _bench.Known("my-op-redis");
        _bench.Sandbox.Faults.Always(Fault.Refuse());
        var request = ScaledUp with { Timeout = TimeSpan.FromMilliseconds(1) };
        Assert.IsType<SpooledMessage>(await new EventWriting(session, request, CancellationToken.None).WriteAsync(redis));
    }

    private void Sync(ClusterSession session) =>
        _bench.Run(token => new EventSyncing([session], [session.Background], _bench.Pump, []).RunAsync(null, passThru: true, token));
}
