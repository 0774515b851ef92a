using System.Net;
using System.Net.Sockets;
using EventRecording.Cluster;
using EventRecording.PowerShell;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

/// <summary>What follows one after the other has one deadline, on a server that takes connections and never answers.</summary>
public sealed class OneDeadlineTests : IAsyncTeardown
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly FakeTimeProvider _time = new();
    private readonly ClusterSession _session;

    public OneDeadlineTests()
    {
        _silent.Start();
        var configuration = new ClusterConfiguration { Server = new Uri($"http://{_silent.LocalEndpoint}/") };
        _session = Clusters.Session(new ClusterConnection(configuration, new ClusterConnectionOptions { RequestTimeout = Never }), time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.CloseAsync(TimeSpan.Zero);
        _silent.Dispose();
    }

    [Fact]
    public async Task A_lookup_ends_with_the_request_in_flight()
    {
        var finding = _session.Lookup(new Deadline(_time, Deadline)).FindAsync(new NamedTarget("cm/x"), null, CancellationToken.None);
        using var connection = await RequestAsync();
        _time.Advance(Deadline);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => finding.WaitAsync(Never / 2));
        Assert.Equal((ClusterConnectionFailure.Timeout, "cm/x could not be looked up in time: the server did not answer."), (error.Failure, error.Message));
    }

    [Fact]
    public async Task What_the_lookup_took_the_write_has_no_more()
    {
        var time = new FakeTimeProvider();
        await using var bench = new CmdletBench();
        bench.Redis("my-op-redis");
        await using var session = Clusters.Session(Clusters.Over(bench.Sandbox.CreateHandler(), new ClusterConfiguration { Server = new Uri("http://sandbox/") }), time: time);
        bench.Sandbox.Faults.Always(Fault.Status(503, "ServiceUnavailable", "starting"), request =>
        {
            if (request.Resource == "redises")
                time.Advance(Deadline - TimeSpan.FromSeconds(1));
            return request.Resource == "events";
        });
        var began = time.GetTimestamp();
        var request = new WriteRequest { Reason = "ScaledUp", Message = "", Source = new EventReporter("ops"), Timeout = Deadline };
        var writing = new EventWriting(session, request, CancellationToken.None).WriteAsync(new NamedTarget("redis/my-op-redis"));
        for (var i = 0; i < 3_000 && await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System)) != writing; i++)
            time.AdvanceToNextTimer(within: Deadline - time.GetElapsedTime(began));
        Assert.True(writing.IsCompletedSuccessfully);
        Assert.IsType<ErrorMessage>(await writing);
        Assert.InRange(time.GetElapsedTime(began), TimeSpan.FromSeconds(9), Deadline);
    }

    [Fact]
    public async Task What_the_lookup_of_a_step_took_its_events_have_no_more()
    {
        var template = new WriteRequest { Reason = "", Message = "", Source = new EventReporter("ops"), Timeout = Deadline };
        var began = _time.GetTimestamp();
        var ending = new StepRecording(_session, new StepRequest("Backup", [new NamedTarget("cm/x")], template), this).EndAsync(StepEnd.Completed);
        for (var i = 0; i < 3_000 && await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System)) != ending; i++)
            _time.AdvanceToNextTimer(within: Deadline + TimeSpan.FromSeconds(1) - _time.GetElapsedTime(began));
        Assert.True(ending.IsCompletedSuccessfully);
        Assert.Equal(2, (await ending).OfType<ErrorMessage>().Count());
        Assert.InRange(_time.GetElapsedTime(began), Deadline, Deadline + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Closing_gives_lookups_recorders_and_sessions_one_deadline_together()
    {
        var configuration = new ClusterConfiguration { Server = new Uri($"http://{_silent.LocalEndpoint}/") };
        var links = new ClusterLinks(_ => new ClusterConnection(configuration, new ClusterConnectionOptions { RequestTimeout = Never }), _time);
        var sessions = new ClusterSessions(new OneConfiguration(configuration), links, _time);
        var pod = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Namespace = "default" };
        for (var i = 0; i < 10; i++)
        {
            var recorder = new KubeEventRecorder(sessions.Lease(new ClusterSelection(null, null)), new EventReporter($"ops-{i}"), null, null);
            recorder.Event(pod, "Normal", "Known", "known");
            recorder.Event("cm/x", "Normal", "Named", "to be looked up");
        }

        var began = _time.GetTimestamp();
        var closing = sessions.CloseAsync(Deadline);
        // Half of it is for the lookups. A thread that was slow to set a timer meanwhile sets it by the time that it had read.
        var longest = Deadline * 1.5;
        for (var i = 0; i < 3_000 && await Task.WhenAny(closing, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System)) != closing; i++)
            _time.AdvanceToNextTimer(within: longest - _time.GetElapsedTime(began));
        Assert.True(closing.IsCompletedSuccessfully);
        Assert.InRange(_time.GetElapsedTime(began), Deadline, longest);
        Assert.Equal(10, sessions.Background()[0].TakeReport().Errors.Count(error => error.Error.Message.Contains("Known", StringComparison.Ordinal)));
    }

    private async Task<TcpClient> RequestAsync()
    {
        var connection = await _silent.AcceptTcpClientAsync().WaitAsync(Never);
        Assert.True(await connection.GetStream().ReadAsync(new byte[1]) > 0);
        return connection;
    }

    private sealed class OneConfiguration(ClusterConfiguration configuration) : IConfigurationLoader
    {
        public ConfigurationStamp Stamp(ClusterSelection selection) => new("");

        public IReadOnlyList<string> Contexts(ClusterSelection selection) => [];

        public ClusterConfiguration Load(ClusterSelection selection) => configuration;
    }
}
