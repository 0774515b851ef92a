using System.Net;
using System.Net.Sockets;
using System.Text;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using static EventRecording.Tests.Support.SandboxClient;

namespace EventRecording.Tests.Sandbox;

/// <summary>Each fault is what it says, seen from a raw socket: FIN is a read of nothing, RST an error, a stall neither.</summary>
public sealed class FaultBytesTests : IAsyncTeardown
{
    private static readonly string Body = Event("a.1");

    private readonly KubernetesSandbox _sandbox = KubernetesSandbox.Start();

    public ValueTask DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task A_reset_is_an_RST_and_nothing_is_applied()
    {
        _sandbox.Faults.Next(Fault.Reset());
        var end = await PostAsync();
        Assert.Equal(SocketError.ConnectionReset, end.Error);
        Assert.Empty(end.Text);
        Assert.False(await IsStoredAsync());
    }

    [Fact]
    public async Task A_refusal_of_a_connection_that_is_made_is_an_RST()
    {
        _sandbox.Faults.Next(Fault.Refuse());
        Assert.Equal(SocketError.ConnectionReset, (await PostAsync()).Error);
        Assert.False(await IsStoredAsync());
    }

    [Fact]
    public async Task A_reset_in_the_request_comes_while_the_body_is_on_its_way()
    {
        _sandbox.Faults.Next(Fault.ResetInRequest());
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {Events} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
        Assert.False(socket.Poll(TimeSpan.Zero, SelectMode.SelectRead));
        await socket.SendAsync(new byte[1000]);
        Assert.Equal(SocketError.ConnectionReset, (await ReadToEndAsync(socket)).Error);
    }

    [Fact]
    public async Task A_close_is_a_FIN_and_nothing_is_applied()
    {
        _sandbox.Faults.Next(Fault.Close());
        var end = await PostAsync();
        Assert.Equal((SocketError.Success, ""), (end.Error, end.Text));
        Assert.False(await IsStoredAsync());
    }

    [Fact]
    public async Task A_lost_answer_is_applied_and_ends_with_a_FIN()
    {
        _sandbox.Faults.Next(Fault.LoseAnswer());
        var end = await PostAsync();
        Assert.Equal((SocketError.Success, ""), (end.Error, end.Text));
        Assert.True(await IsStoredAsync());
    }

    [Fact]
    public async Task A_lost_answer_is_applied_and_ends_with_an_RST()
    {
        _sandbox.Faults.Next(Fault.LoseAnswerByReset());
        var end = await PostAsync();
        Assert.Equal((SocketError.ConnectionReset, ""), (end.Error, end.Text));
        Assert.True(await IsStoredAsync());
    }

    [Fact]
    public async Task A_hang_leaves_the_connection_open_until_it_is_dropped()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sandbox.Faults.Next(Fault.Hang(), request => request.Verb == "create" && arrived.TrySetResult());
        using var socket = await ConnectAsync();
        await socket.SendAsync(Request("POST", Events, Body));
        var end = ReadToEndAsync(socket);
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(await IsStoredAsync());
        Assert.False(end.IsCompleted);
        _sandbox.DropConnections();
        Assert.Equal((SocketError.ConnectionReset, ""), ((await end).Error, (await end).Text));
    }

    [Fact]
    public async Task A_cut_body_is_shorter_than_its_length_and_ends_with_a_FIN()
    {
        _sandbox.Faults.Next(Fault.CutBody(10));
        var end = await PostAsync();
        Assert.Equal(SocketError.Success, end.Error);
        Assert.Equal(10, end.Body.Length);
        Assert.True(end.ContentLength > 10);
        Assert.True(await IsStoredAsync());
    }

    [Fact]
    public async Task A_reset_body_ends_with_an_RST()
    {
        _sandbox.Faults.Next(Fault.ResetBody(10));
        var end = await PostAsync();
        Assert.Equal(SocketError.ConnectionReset, end.Error);
        Assert.True(await IsStoredAsync());
    }

    [Fact]
    public async Task A_stalled_body_stays_open()
    {
        _sandbox.Faults.Next(Fault.StallBody(10));
        using var socket = await ConnectAsync();
        await socket.SendAsync(Request("POST", Events, Body));
        var text = await ReadUntilAsync(socket, "\r\n\r\n", 10);
        Assert.EndsWith("{\"kind\":\"E", text, StringComparison.Ordinal);
        Assert.False(socket.Poll(TimeSpan.Zero, SelectMode.SelectRead));
    }

    [Theory]
    [InlineData(false, SocketError.Success)]
    [InlineData(true, SocketError.ConnectionReset)]
    public async Task A_cut_line_ends_in_the_middle_of_a_frame_without_the_end_of_the_chunk(bool reset, SocketError expected)
    {
        _sandbox.Put(Event("a.1"));
        _sandbox.Put(Event("a.2"));
        _sandbox.Faults.Next(reset ? Fault.ResetLine(2) : Fault.CutLine(2));
        using var socket = await ConnectAsync();
        await socket.SendAsync(Request("GET", Events + "?watch=1"));
        var end = await ReadToEndAsync(socket);
        Assert.Equal(expected, end.Error);
        if (reset)
            return;
        var lines = end.Body.Split('\n').Where(line => line.StartsWith('{')).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("}}", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.False(lines[1].EndsWith("}}", StringComparison.Ordinal));
        Assert.DoesNotContain("\r\n0\r\n", end.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_requests_says_when_to_come_again()
    {
        _sandbox.Faults
            .Next(Fault.TooManyRequests(TimeSpan.FromSeconds(3)))
            .Next(Fault.TooManyRequests(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero)))
            .Next(Fault.TooManyRequests());
        var (seconds, date, none) = (await PostAsync(), await PostAsync(), await PostAsync());
        Assert.All([seconds, date, none], end => Assert.StartsWith("HTTP/1.1 429 ", end.Text, StringComparison.Ordinal));
        Assert.Contains("\r\nRetry-After: 3\r\n", seconds.Text, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: Fri, 20 Nov 2026 12:00:00 GMT\r\n", date.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Retry-After", none.Text, StringComparison.Ordinal);
        Assert.False(await IsStoredAsync());
    }

    [Fact]
    public async Task Other_answers_come_as_planned()
    {
        _sandbox.Faults
            .Next(Fault.Answer(502, "text/html", "<h1>bad gateway</h1>"))
            .Next(Fault.Status(503, "ServiceUnavailable", "down"))
            .Next(Fault.Redirect(new Uri("http://elsewhere/")));
        var (page, status, redirect) = (await PostAsync(), await PostAsync(), await PostAsync());
        Assert.StartsWith("HTTP/1.1 502 ", page.Text, StringComparison.Ordinal);
        Assert.Equal("<h1>bad gateway</h1>", page.Body);
        Assert.Contains("\"reason\":\"ServiceUnavailable\"", status.Body, StringComparison.Ordinal);
        Assert.Contains("\r\nLocation: http://elsewhere/\r\n", redirect.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_refused_while_the_server_does_not_listen_and_accepted_on_the_same_port_after()
    {
        var port = _sandbox.Address.Port;
        // Ended by the server, so that its port is in use for a while yet.
        Assert.StartsWith("HTTP/1.1 201 ", (await PostAsync()).Text, StringComparison.Ordinal);
        _sandbox.RefuseConnections();
        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        _sandbox.AcceptConnections();
        using var socket = await ConnectAsync();
        Assert.Equal(port, _sandbox.Address.Port);
    }

    [Fact]
    public async Task A_port_that_somebody_holds_for_a_moment_is_waited_for_at_the_next_start()
    {
        var server = new TcpServer(null!);
        server.Start(0);
        server.Close();
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, server.Port));
        holder.Listen();

        server.StopListening();
        var starting = Task.Factory.StartNew(() => server.Start(0), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAny(starting, Task.Run(() => SpinWait.SpinUntil(() => starting.IsFaulted, TimeSpan.FromMilliseconds(100))));
        holder.Dispose();

        await starting;
        server.Close();
    }

    private async Task<bool> IsStoredAsync()
    {
        using var client = InProcess(_sandbox);
        return (await client.SendAsync("GET", Events + "/a.1")).Status == HttpStatusCode.OK;
    }

    private async Task<End> PostAsync()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Request("POST", Events, Body, "Connection: close\r\n"));
        return await ReadToEndAsync(socket);
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _sandbox.Address.Port);
        return socket;
    }

    private static byte[] Request(string method, string path, string body = "", string headers = "") => Encoding.UTF8.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    private static async Task<End> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromMinutes(1)) is > 0 and var count)
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            return new End(SocketError.Success, text.ToString());
        }
        catch (SocketException e)
        {
            return new End(e.SocketErrorCode, text.ToString());
        }
    }

    /// <summary>Reads until so many bytes have come behind a mark.</summary>
    private static async Task<string> ReadUntilAsync(Socket socket, string mark, int behind)
    {
        var text = "";
        var buffer = new byte[64 * 1024];
        while (text.IndexOf(mark, StringComparison.Ordinal) is var at && (at < 0 || text.Length < at + mark.Length + behind))
        {
            var count = await socket.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromMinutes(1));
            Assert.True(count > 0, $"The connection ended behind: {text}");
            text += Encoding.UTF8.GetString(buffer, 0, count);
        }

        return text;
    }

    /// <summary>How a connection ended, and what came before.</summary>
    private sealed record End(SocketError Error, string Text)
    {
        public string Body => Text[(Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

        public int ContentLength => int.Parse(
            Text.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
