using System.Net;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Credentials;

public sealed class TokenFileCredentialTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly string _file;
    private readonly FakeHandler _handler;
    private string? _refused;

    public TokenFileCredentialTests()
    {
        _file = _folder.Write("token", "one\n");
        _handler = new FakeHandler(request => request.Headers["Authorization"] == "Bearer " + _refused
            ? FakeHandler.Json(Transcript.Body(Transcript.V1_20, "access", 1).GetRawText(), HttpStatusCode.Unauthorized)
            : FakeHandler.Json("{}"));
    }

    public void Dispose()
    {
        _handler.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_token_is_read_again_after_a_minute()
    {
        using var connection = Connect();
        await AskAsync(connection);
        _folder.Write("token", "two");
        _time.Advance(TimeSpan.FromSeconds(59));
        await AskAsync(connection);
        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(connection);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two"], Sent);
    }

    [Fact]
    public async Task A_refused_token_is_read_again_once()
    {
        using var connection = Connect();
        await AskAsync(connection);
        (_refused, _) = ("one", _folder.Write("token", "two"));
        await AskAsync(connection);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two"], Sent);
    }

    [Fact]
    public async Task A_token_that_is_still_the_same_is_not_sent_again()
    {
        _refused = "one";
        using var connection = Connect();
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => AskAsync(connection));
        Assert.Equal(401, error.Status.Code);
        Assert.Single(_handler.Requests);
    }

    [Fact]
    public async Task A_renewed_token_that_is_refused_too_is_the_end()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Text("no", HttpStatusCode.Unauthorized));
        using var connection = Clusters.Over(handler, Configuration, _time);
        _folder.Write("token", "one");
        await Assert.ThrowsAsync<KubernetesApiException>(() => AskAsync(connection));
        _folder.Write("token", "two");
        await Assert.ThrowsAsync<KubernetesApiException>(() => AskAsync(connection));
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two"], handler.Requests.Select(request => request.Headers["Authorization"]));
    }

    [Fact]
    public async Task While_the_file_is_away_or_empty_the_last_token_holds()
    {
        using var connection = Connect();
        await AskAsync(connection);
        File.Delete(_file);
        _time.Advance(TimeSpan.FromMinutes(2));
        await AskAsync(connection);
        _folder.Write("token", "");
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(connection);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer one"], Sent);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task Where_the_last_token_is_refused_the_error_names_the_file_that_has_no_other_one(string? content)
    {
        using var connection = Connect();
        await AskAsync(connection);
        _refused = "one";
        if (content is null)
            File.Delete(_file);
        else
            _folder.Write("token", content);
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection));
        Assert.Contains(_file, error.Message, StringComparison.Ordinal);
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
        _folder.Write("token", "two");
        await AskAsync(connection);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer one", "Bearer two"], Sent);
    }

    [UnixFact("Windows has no pipes among its files.")]
    public async Task A_disk_that_hangs_holds_up_no_request_that_has_a_token_for_longer_than_a_second()
    {
        using var connection = Connect();
        await AskAsync(connection);
        await HangingFile.MakeAsync(_file);
        _time.Advance(TimeSpan.FromMinutes(1));

        // Not on the thread of who asks: that may be the one on which all of a recorder runs.
        var asking = AskAsync(connection);
        await SpoolRun.Until(() => _time.IsDue(_time.GetUtcNow().AddSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        await asking.WaitAsync(Patience);
        await AskAsync(connection).WaitAsync(Patience);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer one"], Sent);

        // Who has no token that is good waits as long for what the reading brings.
        _refused = "one";
        asking = AskAsync(connection);
        await SpoolRun.Until(() => _time.IsDue(_time.GetUtcNow().AddSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => asking.WaitAsync(Patience));
        Assert.Contains($"The disk of the token file {_file} of ", error.Message, StringComparison.Ordinal);

        asking = AskAsync(connection);
        await using (var pipe = await HangingFile.OpenAsync(_file))
            await pipe.WriteAsync("two"u8.ToArray());
        await asking.WaitAsync(Patience);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer two"], Sent.Skip(3));
    }

    [UnixFact("Windows has no pipes among its files.")]
    public async Task A_disk_that_hangs_holds_nobody_up_for_longer_than_he_waits()
    {
        await HangingFile.MakeAsync(_file);
        using var connection = Connect();
        using var cancellation = new CancellationTokenSource();
        var asking = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(Patience));
        await using var pipe = await HangingFile.OpenAsync(_file);
    }

    [Fact]
    public async Task A_file_that_its_writer_has_open_is_read()
    {
        using var writer = new FileStream(_file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        using var connection = Connect();
        await AskAsync(connection);
        Assert.Equal(["Bearer one"], Sent);
    }

    [Fact]
    public async Task A_file_that_was_never_there_is_an_error_unless_there_is_a_token_besides()
    {
        File.Delete(_file);
        using (var connection = Connect())
        {
            var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection));
            Assert.Contains(_file, error.Message, StringComparison.Ordinal);
        }

        using (var connection = Clusters.Over(_handler, Configuration with { Token = "besides" }, _time))
            await AskAsync(connection);
        Assert.Equal(["Bearer besides"], Sent);
    }

    [Fact]
    public async Task Where_the_last_token_is_refused_and_the_file_is_away_the_token_besides_is_tried()
    {
        using var connection = Clusters.Over(_handler, Configuration with { Token = "besides" }, _time);
        await AskAsync(connection);
        _refused = "one";
        File.Delete(_file);
        await AskAsync(connection);
        await AskAsync(connection);
        Assert.Equal(["Bearer one", "Bearer one", "Bearer besides", "Bearer besides"], Sent);
    }

    [Theory]
    [InlineData("s3cr3t with spaces")]
    [InlineData("s3cr3t\nline")]
    [InlineData("s3cr3té")]
    public async Task A_token_that_cannot_be_one_is_an_error_that_does_not_show_it(string token)
    {
        _folder.Write("token", token);
        using var connection = Connect();
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection));
        Assert.Contains("has spaces, control or non-ASCII characters", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    private IEnumerable<string> Sent => _handler.Requests.Select(request => request.Headers["Authorization"]);

    private ClusterConfiguration Configuration => Clusters.Configuration with { TokenFile = _file };

    private ClusterConnection Connect() => Clusters.Over(_handler, Configuration, _time);

    private static Task<JsonNode> AskAsync(ClusterConnection connection) => connection.RequestAsync(HttpMethod.Get, "/");
}
