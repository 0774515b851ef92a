using System.Net;
using System.Net.Sockets;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

/// <summary>Without a network the same faults throw what HttpClient throws over one.</summary>
public sealed class FaultsOfTheHandlerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly KubernetesSandbox _sandbox;
    private readonly SandboxClient _client;

    public FaultsOfTheHandlerTests()
    {
        _sandbox = new KubernetesSandbox(new SandboxOptions { TimeProvider = _time });
        _client = InProcess(_sandbox);
    }

    public static TheoryData<Fault, bool> Broken => new()
    {
        { Fault.Reset(), false },
        { Fault.ResetInRequest(), false },
        { Fault.Close(), false },
        { Fault.LoseAnswer(), true },
        { Fault.LoseAnswerByReset(), true },
        { Fault.CutBody(5), true },
        { Fault.ResetBody(5), true },
    };

    public void Dispose()
    {
        _client.Dispose();
        _sandbox.Dispose();
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_connection_is_an_exception(Fault fault, bool applied)
    {
        _sandbox.Faults.Next(fault);
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync("a.1"));
        Assert.Equal(applied ? HttpStatusCode.Conflict : HttpStatusCode.Created, (await PostAsync("a.1")).Status);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_connection_over_TCP_is_the_same_exception(Fault fault, bool applied)
    {
        _sandbox.AcceptConnections();
        using var tcp = OverTcp(_sandbox);
        _sandbox.Faults.Next(fault, request => request.Verb == "create");
        await Assert.ThrowsAsync<HttpRequestException>(() => tcp.SendAsync("POST", Events, Event("a.1")));
        Assert.Equal(applied ? HttpStatusCode.Conflict : HttpStatusCode.Created, (await PostAsync("a.1")).Status);
    }

    [Fact]
    public async Task A_refused_connection_tells_so()
    {
        _sandbox.Faults.Next(Fault.Refuse());
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync("a.1"));
        Assert.Equal(HttpRequestError.ConnectionError, error.HttpRequestError);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_delay_takes_time_on_the_clock_of_the_sandbox()
    {
        _sandbox.Faults.Next(Fault.Delay(TimeSpan.FromSeconds(5)));
        var answer = PostAsync("a.1");
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(answer.IsCompleted);
        Assert.Equal(1, _sandbox.Count("create"));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(HttpStatusCode.Created, (await answer).Status);
    }

    [Fact]
    public async Task A_hang_ends_when_the_caller_gives_up()
    {
        _sandbox.Faults.Next(Fault.HangAfterApplying());
        using var client = new HttpClient(_sandbox.CreateHandler()) { BaseAddress = new Uri("http://sandbox/") };
        using var stop = new CancellationTokenSource();
        using var content = new StringContent(Event("a.1"));
        content.Headers.ContentType!.MediaType = "application/json";
        var answer = client.PostAsync(new Uri(Events, UriKind.Relative), content, stop.Token);
        Assert.False(answer.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("a.1")).Status);
    }

    [Fact]
    public async Task A_watch_is_cut_in_the_middle_of_a_line()
    {
        await PostAsync("a.1");
        await PostAsync("a.2");
        _sandbox.Faults.Next(Fault.CutLine(2), request => request.Verb == "watch");
        using var watch = await _client.WatchAsync(Events + "?watch=1");
        Assert.EndsWith("}}", await watch.ReadLineAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<IOException>(() => watch.ReadLineAsync());
    }

    [Fact]
    public async Task A_watch_breaks_when_connections_are_dropped()
    {
        using var watch = await _client.WatchAsync(Events + "?watch=1");
        var frame = watch.ReadLineAsync();
        _sandbox.DropConnections();
        await Assert.ThrowsAnyAsync<IOException>(() => frame);
    }

    private Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> PostAsync(string name) => _client.SendAsync("POST", Events, Event(name));
}
