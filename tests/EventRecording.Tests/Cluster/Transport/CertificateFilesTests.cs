using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ClientCertificate _first = TestCertificates.Client(TestCertificates.Authority, "first");
    private readonly ClientCertificate _second = TestCertificates.Client(TestCertificates.Authority, "second");

    public CertificateFilesTests()
    {
        Write("ca.crt", TestCertificates.Pem(TestCertificates.Authority));
        Write("client.crt", _first.Certificate);
        Write("client.key", _first.Key);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task New_connections_show_the_client_certificate_that_has_taken_the_place_of_another()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        Assert.Equal("CN=first", await AskAsync(connection));
        Write("client.crt", _second.Certificate);
        Write("client.key", _second.Key);
        Assert.Equal("CN=first", await AskAsync(connection));
        _time.Advance(Later);
        Assert.Equal("CN=second", await AskAsync(connection));
    }

    [Fact]
    public async Task While_files_are_being_replaced_the_last_ones_that_belong_together_serve()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        Write("client.crt", _second.Certificate);
        _time.Advance(Later);
        Assert.Equal("CN=first", await AskAsync(connection));
        File.Delete(_folder.File("client.key"));
        _time.Advance(Later);
        Assert.Equal("CN=first", await AskAsync(connection));
        Write("client.key", _second.Key);
        _time.Advance(Later);
        Assert.Equal("CN=second", await AskAsync(connection));
    }

    [Fact]
    public async Task Files_that_stay_as_they_are_cost_no_new_connection()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        var handshakes = 0;
        server.Shown += () => handshakes++;
        for (var i = 0; i < 3; i++)
        {
            await AskAsync(connection);
            _time.Advance(Later);
        }

        Assert.Equal(1, handshakes);
    }

    [Fact]
    public async Task A_server_is_trusted_by_the_authorities_that_the_file_holds_now()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        await AskAsync(connection);
        Write("ca.crt", TestCertificates.Pem(TestCertificates.OtherAuthority));
        _time.Advance(Later);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => AskAsync(connection));
        Assert.Equal(ClusterConnectionFailure.Certificate, error.Failure);
        server.Certificate = TestCertificates.Server(TestCertificates.OtherAuthority);
        Assert.Equal("CN=first", await AskAsync(connection));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_before_anything_is_sent()
    {
        var configuration = Clusters.Configuration with { CertificateAuthorityFile = _folder.File("none.crt") };
        var error = Assert.Throws<ClusterConfigurationException>(() => new ClusterConnection(configuration));
        Assert.StartsWith($"The certificate authority {_folder.File("none.crt")} of context 'prod' of /home/me/.kube/config cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    private static Task<HttpsServer> StartAsync() => HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), askForCertificate: true);

    private static async Task<string?> AskAsync(ClusterConnection connection) => (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["certificate"];

    private ClusterConnection Connect(HttpsServer server)
    {
        var file = _folder.Write("config", KubeConfigs.Document($"{{server: '{server.Address}', certificate-authority: ca.crt}}", "{client-certificate: client.crt, client-key: client.key}"));
        return new ClusterConnection(KubeConfigs.Load(file), new ClusterConnectionOptions { TimeProvider = _time });
    }

    private void Write(string name, ReadOnlyMemory<byte> text) => _folder.Write(name, Encoding.ASCII.GetString(text.Span));
}
