using System.Net;
using System.Net.Sockets;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class SandboxSetTests
{
    private static readonly object Owner = new();

    [Fact]
    public async Task Sandboxes_that_cannot_be_closed_are_stopped_all_the_same()
    {
        var before = Environment.GetEnvironmentVariable("KUBECONFIG");
        var sandboxes = new SandboxSet((sandbox, _) => throw new IOException(sandbox.Kubeconfig));
        var (current, beside) = (sandboxes.Start([], isDefault: true, Owner), sandboxes.Start([], isDefault: false, Owner));
        Assert.Equal(current.Kubeconfig, Environment.GetEnvironmentVariable("KUBECONFIG"));

        var error = await Assert.ThrowsAsync<IOException>(() => sandboxes.StopOwnedByAsync(Owner));

        Assert.Equal(current.Kubeconfig, error.Message);
        Assert.Equal(before, Environment.GetEnvironmentVariable("KUBECONFIG"));
        Assert.All([current, beside], AssertIsGone);
        Assert.Null(sandboxes.Default);
    }

    [LinuxFact("Only there can two sockets be bound to one port before one of them listens.")]
    public async Task A_sandbox_whose_port_was_taken_in_an_outage_is_closed_and_stopped()
    {
        var closed = new List<KubeEventSandbox>();
        var sandboxes = new SandboxSet((sandbox, _) =>
        {
            closed.Add(sandbox);
            return Task.CompletedTask;
        });
        var sandbox = sandboxes.Start([], isDefault: false, Owner);
        sandbox.BeginOutage();
        using (var other = Take(sandbox.Url.Port))
        {
            var error = await Assert.ThrowsAsync<SocketException>(() => sandboxes.StopAsync(sandbox));
            Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        }

        Assert.Equal([sandbox], closed);
        AssertIsGone(sandbox);
        // Nothing of the sandbox keeps the port.
        using var free = new TcpListener(IPAddress.Loopback, sandbox.Url.Port);
        free.Start();
    }

    private static Socket Take(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    private static void AssertIsGone(KubeEventSandbox sandbox)
    {
        Assert.False(sandbox.IsRunning);
        Assert.False(Directory.Exists(Path.GetDirectoryName(sandbox.Kubeconfig)));
    }
}
