using System.Runtime.Versioning;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster.Transport;

/// <summary>Through proxies as people run them: tinyproxy (http), stunnel before it (https), microsocks (socks5).</summary>
[UnsupportedOSPlatform("windows")]
#pragma warning disable CA1001 // xunit disposes of it by IAsyncLifetime.
public sealed class ProxyProcessTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string Password = "pa55word";
    private HttpsServer _server = null!;
    private TunnelProxy? _last;
    private ProxyProcess? _tinyproxy;
    private ProxyProcess? _proxy;

    public async Task InitializeAsync() => _server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), AnswerAsync);

    public async Task DisposeAsync()
    {
        _proxy?.Dispose();
        if (_tinyproxy != _proxy)
            _tinyproxy?.Dispose();
        if (_last is not null)
            await _last.DisposeAsync();
        await _server.DisposeAsync();
    }

    [ProgramTheory("tinyproxy", "microsocks", "stunnel")]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("socks5")]
    public async Task A_request_goes_through_the_proxy_of_the_kubeconfig_with_its_name_and_password(string scheme)
    {
        using (var connection = Connect(await StartAsync(scheme)))
            await connection.RequestAsync(HttpMethod.Get, "/api");
        var visit = Assert.Single(_server.Visits);
        Assert.Equal(("Bearer t-1", "HTTP/2", _server.Address.Authority), (visit.Identity, visit.Protocol, visit.Host));
    }

    [ProgramTheory("tinyproxy", "microsocks", "stunnel")]
    [InlineData("http", "failed with status code '40")]
    [InlineData("https", "failed with status code '40")]
    [InlineData("socks5", "")]
    public async Task A_wrong_password_is_an_error_that_names_the_proxy_and_no_password(string scheme, string expected)
    {
        using var connection = Connect((await StartAsync(scheme)).Replace(Password, "wr0ng", StringComparison.Ordinal));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/api"));
        Assert.Equal(ClusterConnectionFailure.Unreachable, error.Failure);
        Assert.Contains($" through the proxy {scheme}://127.0.0.1:{_proxy!.Port}/: ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Contains(expected, StringComparison.Ordinal), error.Message);
        Assert.DoesNotContain("wr0ng", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_server.Visits);
    }

    [ProgramTheory("tinyproxy", "microsocks", "stunnel", "kubectl")]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("socks5")]
    public async Task Kubectl_goes_through_it_with_the_same_kubeconfig(string scheme)
    {
        using var folder = new TempFolder();
        using var kubectl = new Kubectl(folder.Write("config", Kubeconfig(_server.Address, await StartAsync(scheme))));
        await kubectl.RunAsync("get", "--raw", "/api");
        Assert.Equal("Bearer t-1", Assert.Single(_server.Visits.Select(visit => visit.Identity).Distinct()));
    }

    [ProgramTheory("tinyproxy", "kubectl")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("https_proxy")]
    public async Task The_proxy_of_the_environment_is_used_as_by_kubectl(string variable)
    {
        // A name that only a proxy knows, since nobody goes through the environment's proxy to this machine itself.
        var server = new Uri("https://cluster.example.com:6443");
        _server.Certificate = TestCertificates.Server(TestCertificates.Authority, "cluster.example.com");
        Dictionary<string, string> variables = new() { [variable] = await StartAsync("http"), ["NO_PROXY"] = "example.org,10.0.0.0/8" };
        using var folder = new TempFolder();
        var file = folder.Write("config", Kubeconfig(server, null));
        using var kubectl = new Kubectl(file);
        kubectl.Environment[variable] = variables[variable];
        kubectl.Environment["NO_PROXY"] = variables["NO_PROXY"];
        await kubectl.RunAsync("get", "--raw", "/api");
        using (var connection = new ClusterConnection(KubeConfigs.Load(file), new ClusterConnectionOptions { Variable = variables.GetValueOrDefault }))
            await connection.RequestAsync(HttpMethod.Get, "/api");
        Assert.Equal("Bearer t-1", Assert.Single(_server.Visits.Select(visit => visit.Identity).Distinct()));
        Assert.Equal(2, _server.Visits.Count(visit => visit.Path == "/api"));
        Assert.All(_last!.Tunnels, tunnel => Assert.StartsWith("CONNECT cluster.example.com:6443 ", tunnel, StringComparison.Ordinal));
    }

    private static Task AnswerAsync(HttpContext context) => context.Response.WriteAsync("""{"kind":"APIVersions","versions":["v1"]}""");

    private static string Kubeconfig(Uri server, string? proxy) => KubeConfigs.Document(
        $"{{server: '{server}', certificate-authority-data: {Convert.ToBase64String(TestCertificates.Pem(TestCertificates.Authority).Span)}{(proxy is null ? "" : $", proxy-url: '{proxy}'")}}}",
        "{token: t-1}");

    private ClusterConnection Connect(string proxy) => new(KubeConfigs.Parse(Kubeconfig(_server.Address, proxy)));

    /// <returns>Address of the proxy with name and password.</returns>
    private async Task<string> StartAsync(string scheme)
    {
        if (scheme == "socks5")
        {
            _proxy = await ProxyProcess.StartMicrosocksAsync();
        }
        else
        {
            _last = new TunnelProxy(_server.Address.Port);
            _tinyproxy = await ProxyProcess.StartTinyproxyAsync(_last.Authority);
            _proxy = scheme == "http" ? _tinyproxy : await ProxyProcess.StartStunnelAsync(TestCertificates.Server(TestCertificates.Authority), _tinyproxy.Port);
        }

        return $"{scheme}://me:{Password}@127.0.0.1:{_proxy.Port}";
    }
}
