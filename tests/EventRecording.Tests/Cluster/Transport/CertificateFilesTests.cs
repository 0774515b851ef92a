using System.Security.Cryptography.X509Certificates;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Transport;

public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
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
    public async Task A_server_whose_new_authority_is_in_the_file_is_trusted_at_once()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        Write("ca.crt", TestCertificates.Pem(TestCertificates.OtherAuthority));
        server.Certificate = TestCertificates.Server(TestCertificates.OtherAuthority);
        Assert.Equal("CN=first", await AskAsync(connection));
    }

    [UnixFact("Windows has no pipes among its files.")]
    public async Task A_disk_that_hangs_holds_up_no_request_longer_than_its_caller_waits()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        await AskAsync(connection);
        await HangingFile.MakeAsync(Authority);
        _time.Advance(Later);
        using var cancellation = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 3).Select(_ => Task.Run(() => connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token))).ToArray();
        using (var pipe = await HangingFile.OpenAsync(Authority))
        {
            await cancellation.CancelAsync();
            foreach (var request in requests)
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(Patience));
            await pipe.WriteAsync(TestCertificates.Pem(TestCertificates.Authority));
        }

        Assert.Equal("CN=first", await AskAsync(connection).WaitAsync(Patience));
    }

    [UnixFact("Windows has no pipes among its files.")]
    public async Task A_disk_that_hangs_holds_up_no_request_for_longer_than_a_second()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        await AskAsync(connection);
        await HangingFile.MakeAsync(Authority);
        _time.Advance(Later);
        var asking = AskAsync(connection);
        await SpoolRun.Until(() => _time.IsDue(_time.GetUtcNow().AddSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=first", await asking.WaitAsync(Patience));
        await using var pipe = await HangingFile.OpenAsync(Authority);
    }

    [UnixFact("Windows has no pipes among its files.")]
    public async Task A_certificate_that_is_refused_while_the_disk_hangs_is_the_error_and_nothing_was_sent()
    {
        await using var server = await StartAsync();
        using var connection = Connect(server);
        server.Certificate = TestCertificates.Server(TestCertificates.OtherAuthority);
        await HangingFile.MakeAsync(Authority);
        var asking = AskAsync(connection);
        await SpoolRun.Until(() => asking.IsCompleted || _time.IsDue(_time.GetUtcNow().AddSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => asking.WaitAsync(Patience));
        Assert.Equal((ClusterConnectionFailure.Certificate, true), (error.Failure, error.WasNotSent));
        await using var pipe = await HangingFile.OpenAsync(Authority);
    }

    [Fact]
    public async Task A_key_is_disposed_with_its_connection_and_when_the_one_after_it_was_replaced_too()
    {
        using var transport = new ClusterTransport(Clusters.Configuration, new ClusterConnectionOptions());
        var shown = new List<X509Certificate2>();
        foreach (var client in new[] { _first, _second, TestCertificates.Client(TestCertificates.Authority, "third") })
        {
            await transport.ForAsync(new Credential(null, client), CancellationToken.None);
            shown.Add(transport.Key!.Context.TargetCertificate);
        }

        // A request may still be connecting with the second.
        Assert.Equal([true, false, false], shown.Select(IsDisposed));
        transport.Dispose();
        Assert.All(shown, certificate => Assert.True(IsDisposed(certificate)));
    }

    [Fact]
    public async Task A_plugin_that_gives_the_same_certificate_again_costs_no_new_connection()
    {
        using var transport = new ClusterTransport(Clusters.Configuration, new ClusterConnectionOptions());
        var first = await transport.ForAsync(new Credential(null, _first), CancellationToken.None);
        Assert.Same(first, await transport.ForAsync(new Credential(null, new ClientCertificate(_first.Certificate.ToArray(), _first.Key.ToArray())), CancellationToken.None));
        Assert.NotSame(first, await transport.ForAsync(new Credential(null, _second), CancellationToken.None));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_before_anything_is_sent()
    {
        var configuration = Clusters.Configuration with { CertificateAuthorityFile = _folder.File("none.crt") };
        var error = Assert.Throws<ClusterConfigurationException>(() => new ClusterConnection(configuration));
        Assert.StartsWith($"The certificate authority {_folder.File("none.crt")} of context 'prod' of /home/me/.kube/config cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    private string Authority => _folder.File("ca.crt");

    private static bool IsDisposed(X509Certificate2 certificate) => certificate.Handle == IntPtr.Zero;

    private static Task<HttpsServer> StartAsync() => HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), askForCertificate: true);

    private static async Task<string?> AskAsync(ClusterConnection connection) => (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["certificate"];

    private ClusterConnection Connect(HttpsServer server)
    {
        var file = _folder.Write("config", KubeConfigs.Document($"{{server: '{server.Address}', certificate-authority: ca.crt}}", "{client-certificate: client.crt, client-key: client.key}"));
        return new ClusterConnection(KubeConfigs.Load(file), new ClusterConnectionOptions { TimeProvider = _time });
    }

    private void Write(string name, ReadOnlyMemory<byte> text) => _folder.Write(name, Encoding.ASCII.GetString(text.Span));
}
