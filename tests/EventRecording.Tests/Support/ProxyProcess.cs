using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;

namespace EventRecording.Tests.Support;

/// <summary>A proxy program of this machine, on a loopback port, for the user <c>me</c> with the password <c>pa55word</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ProxyProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly TempFolder _folder;

    private ProxyProcess(int port, TempFolder folder, string program, params string[] arguments)
    {
        Port = port;
        _folder = folder;
        _process = Programs.Start(new ProcessStartInfo(Programs.Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        // A pipe that nobody reads would stop the program.
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    /// <summary>An http proxy that hands everything on to another one.</summary>
    public static Task<ProxyProcess> StartTinyproxyAsync(string upstream)
    {
        var (port, folder) = (FreePort(), new TempFolder());
        var configuration = folder.Write("tinyproxy.conf", $"""
            Port {port}
            Listen 127.0.0.1
            Timeout 60
            BasicAuth me pa55word
            Upstream http {upstream}

            """);
        return new ProxyProcess(port, folder, "tinyproxy", "-d", "-c", configuration).ReadyAsync();
    }

    public static Task<ProxyProcess> StartMicrosocksAsync()
    {
        var port = FreePort();
        return new ProxyProcess(port, new TempFolder(), "microsocks", "-i", "127.0.0.1", "-p", Text(port), "-u", "me", "-P", "pa55word").ReadyAsync();
    }

    /// <summary>TLS in front of another proxy, which makes it an https proxy.</summary>
    public static Task<ProxyProcess> StartStunnelAsync(X509Certificate2 certificate, int behind)
    {
        var (port, folder) = (FreePort(), new TempFolder());
        folder.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(folder.File("key.pem"), UnixFileMode.UserRead);
        folder.Write("certificate.pem", certificate.ExportCertificatePem());
        var configuration = folder.Write("stunnel.conf", $"""
            foreground = yes
            pid =
            cert = {folder.File("certificate.pem")}
            key = {folder.File("key.pem")}
            [proxy]
            accept = 127.0.0.1:{port}
            connect = 127.0.0.1:{behind}

            """);
        return new ProxyProcess(port, folder, "stunnel", configuration).ReadyAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private async Task<ProxyProcess> ReadyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await ListensAsync(deadline.Token))
        {
            Assert.False(_process.HasExited, "The proxy has ended.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }

        return this;
    }

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
