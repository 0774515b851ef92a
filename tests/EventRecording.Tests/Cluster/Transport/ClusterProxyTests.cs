using System.Net;
using System.Net.Sockets;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public class ClusterProxyTests
{
    [Theory]
    [InlineData("https://h.example.com", "http://secure:1/")]
    [InlineData("http://h.example.com", "http://plain:2/")]
    [InlineData("https://localhost:6443", null)]
    [InlineData("https://127.0.0.1:6443", null)]
    [InlineData("https://[::1]:6443", null)]
    [InlineData("https://a.internal", null)]
    [InlineData("https://internal", null)]
    [InlineData("https://notinternal", "http://secure:1/")]
    [InlineData("https://a.sub", null)]
    [InlineData("https://sub", "http://secure:1/")]
    [InlineData("https://a.star", null)]
    [InlineData("https://star", "http://secure:1/")]
    [InlineData("https://10.1.2.3", null)]
    [InlineData("https://11.1.2.3", "http://secure:1/")]
    [InlineData("https://[fd00::5]", null)]
    [InlineData("https://192.168.0.7", null)]
    [InlineData("https://[ee00::1]:6443", null)]
    [InlineData("https://[ee00::1]:7443", "http://secure:1/")]
    [InlineData("https://[ee00::2]", null)]
    [InlineData("https://[ee00::3]:443", null)]
    [InlineData("https://[ee00::4]", "http://secure:1/")]
    [InlineData("https://p:8443", null)]
    [InlineData("https://p:9443", "http://secure:1/")]
    public void The_environment_is_read_by_the_rules_of_kubectl(string server, string? expected)
    {
        Dictionary<string, string> variables = new()
        {
            ["https_proxy"] = "secure:1",
            ["HTTP_PROXY"] = "http://plain:2",
            ["NO_PROXY"] = "internal,.sub, *.star,10.9.9.9/8,172.16.0.0/33,fd00::/8,192.168.0.7,p:8443,[ee00:0::1]:6443,ee00:0:0::2,[ee00::3]",
        };
        var configuration = Clusters.Configuration with { Server = new Uri(server) };
        Assert.Equal(expected, ClusterProxy.Create(configuration, variables.GetValueOrDefault).GetProxy(configuration.Server)?.AbsoluteUri);
    }

    [Theory]
    [InlineData("socks5h://me:p@p:1080")]
    [InlineData("SOCKS5://me:p@p:1080")]
    public void The_name_is_left_to_a_socks5_proxy_either_way(string address)
    {
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = address };
        var proxy = ClusterProxy.Create(Clusters.Configuration, variables.GetValueOrDefault);
        Assert.Equal("socks5://p:1080/", proxy.GetProxy(Clusters.Configuration.Server)?.AbsoluteUri);
        Assert.Equal("me", proxy.Credentials?.GetCredential(Clusters.Configuration.Server, "Basic")?.UserName);
    }

    [Fact]
    public void NO_PROXY_with_a_star_is_for_every_host()
    {
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = "http://p", ["NO_PROXY"] = "*" };
        Assert.Null(ClusterProxy.Create(Clusters.Configuration, variables.GetValueOrDefault).GetProxy(Clusters.Configuration.Server));
    }

    [Theory]
    [InlineData("foo cluster.example.com", "http://p/")]
    [InlineData("foo , cluster.example.com", null)]
    public void NO_PROXY_is_separated_by_commas_alone_as_for_kubectl(string except, string? expected)
    {
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = "http://p", ["NO_PROXY"] = except };
        var configuration = Clusters.Configuration with { Server = new Uri("https://cluster.example.com") };
        Assert.Equal(expected, ClusterProxy.Create(configuration, variables.GetValueOrDefault).GetProxy(configuration.Server)?.AbsoluteUri);
    }

    [Theory]
    [InlineData("https://localhost", "")]
    [InlineData("https://cluster.example.com", "example.com")]
    public void A_broken_address_of_a_proxy_that_is_not_used_is_no_error(string server, string except)
    {
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = "ftp://p", ["NO_PROXY"] = except };
        var configuration = Clusters.Configuration with { Server = new Uri(server) };
        Assert.Null(ClusterProxy.Create(configuration, variables.GetValueOrDefault).GetProxy(configuration.Server));
    }

    [Fact]
    public void The_proxy_of_the_configuration_comes_first_with_its_name_and_password()
    {
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = "http://other", ["NO_PROXY"] = "*" };
        var configuration = Clusters.Configuration with { Server = new Uri("https://localhost"), Proxy = new Uri("http://me:p%40ss@proxy:3128") };
        var proxy = ClusterProxy.Create(configuration, variables.GetValueOrDefault);
        Assert.Equal("http://proxy:3128/", proxy.GetProxy(configuration.Server)?.OriginalString);
        var credential = proxy.Credentials?.GetCredential(configuration.Server, "Basic");
        Assert.Equal(("me", "p@ss"), (credential?.UserName, credential?.Password));
    }

    [Fact]
    public void An_address_of_a_proxy_that_cannot_be_used_is_an_error()
    {
        Dictionary<string, string> variables = new() { ["HTTPS_PROXY"] = "ftp://s3cr3t@p" };
        var error = Assert.Throws<ClusterConfigurationException>(() => ClusterProxy.Create(Clusters.Configuration, variables.GetValueOrDefault));
        Assert.Contains("HTTPS_PROXY", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("api.example.com")]
    public async Task A_request_goes_through_the_proxy_and_is_verified_by_the_servers_name(string? tlsServerName)
    {
        var name = tlsServerName ?? "cluster.example.com";
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, name));
        await using var proxy = new TunnelProxy(server.Address.Port);
        using (var connection = new ClusterConnection(Through(proxy.Authority, "http") with { TlsServerName = tlsServerName }))
            Assert.Equal("HTTP/2", (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["protocol"]);
        Assert.StartsWith("CONNECT cluster.example.com:6443 ", Assert.Single(proxy.Tunnels), StringComparison.Ordinal);
        Assert.Equal(name, server.ServerName);
    }

    [Fact]
    public async Task A_proxy_that_asks_for_a_password_is_told_with_what_to_do()
    {
        await using var proxy = await HttpsServer.StartAsync(null, context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.ProxyAuthenticationRequired;
            return Task.CompletedTask;
        });
        using var connection = new ClusterConnection(Through(proxy.Address.Authority, "http"));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.EndsWith($"through the proxy {proxy.Address}: it lets nobody through without the right name and password (407), which stand in its address: http://NAME:PASSWORD@HOST:PORT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_goes_through_a_socks_proxy()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, "cluster.example.com"));
        await using var proxy = new TunnelProxy(server.Address.Port);
        using (var connection = new ClusterConnection(Through(proxy.Authority, "socks5")))
            await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Equal("socks cluster.example.com:6443", Assert.Single(proxy.Tunnels));
    }

    [Theory]
    [InlineData("http", null)]
    [InlineData("http", "api.example.com")]
    [InlineData("socks5", null)]
    public async Task A_user_of_several_groups_goes_through_the_proxy(string scheme, string? tlsServerName)
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority, tlsServerName ?? "cluster.example.com"));
        await using var proxy = new TunnelProxy(server.Address.Port);
        var configuration = Through(proxy.Authority, scheme) with { TlsServerName = tlsServerName, Impersonation = new Impersonation { User = "jane", Groups = ["a", "b"] } };
        using var connection = new ClusterConnection(configuration);
        var echo = await connection.RequestAsync(HttpMethod.Get, "/");
        Assert.Equal("""["a","b"]""", echo["groups"]!.ToJsonString());
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_an_error_that_does_not_show_its_password()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var refusal = RefuseAsync(proxy);
        using var connection = new ClusterConnection(Through(proxy.LocalEndpoint.ToString()!, "http", "me:s3cr3t@"));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal(ClusterConnectionFailure.Unreachable, error.Failure);
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        await refusal;
    }

    private static ClusterConfiguration Through(string proxy, string scheme, string user = "") => Clusters.Configuration with
    {
        CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority),
        Proxy = new Uri($"{scheme}://{user}{proxy}"),
    };

    private static async Task RefuseAsync(TcpListener proxy)
    {
        using var client = await proxy.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await ReadHeadAsync(client.GetStream()).WaitAsync(TimeSpan.FromMinutes(1));
        await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(stream, 1))[0]);
        return head.ToString();
    }
}
