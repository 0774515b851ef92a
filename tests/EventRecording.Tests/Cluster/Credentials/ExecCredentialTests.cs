using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Cluster.Credentials;

/// <summary>Real plugins, as scripts of the shell.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ExecCredentialTests : IDisposable
{
    private const string ApiVersion = "client.authentication.k8s.io/v1";
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _complaints = [];
    private readonly FakeHandler _handler;
    private string? _refused;

    public ExecCredentialTests() => _handler = new FakeHandler(request => request.Headers.GetValueOrDefault("Authorization") == _refused
        ? FakeHandler.Text("no", HttpStatusCode.Unauthorized)
        : FakeHandler.Json(request.Body ?? "{}"));

    public void Dispose()
    {
        _handler.Dispose();
        _folder.Dispose();
    }

    [UnixFact]
    public async Task The_plugin_is_run_once_for_many_callers()
    {
        using var connection = Connect(Plugin(Counting + Token("token-$count")));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => AskAsync(connection))));
        Assert.Equal("1", Runs);
        Assert.All(_handler.Requests, request => Assert.Equal("Bearer token-1", request.Headers["Authorization"]));
    }

    [UnixFact]
    public async Task Arguments_and_environment_reach_it_as_they_are_and_it_is_told_about_the_cluster()
    {
        var plugin = Plugin($"""
            printf '%s\n' "$@" "$EXTRA" > '{_folder.File("seen")}'
            printf '%s' "$KUBERNETES_EXEC_INFO" > '{_folder.File("info")}'
            cat >> '{_folder.File("seen")}'
            {Token("t")}
            """) with
        {
            Arguments = ["a b", "$HOME", "", "\"quoted\" 'x'", "扩容"],
            Environment = new Dictionary<string, string> { ["EXTRA"] = "value" },
            InteractiveMode = ExecInteractiveMode.Never,
            ProvideClusterInfo = true,
            ClusterConfig = """{"audience":"a"}""",
        };
        using var connection = Connect(plugin, configuration => configuration with { CertificateAuthority = "abc"u8.ToArray(), TlsServerName = "name" });
        await AskAsync(connection);
        Assert.Equal("a b\n$HOME\n\n\"quoted\" 'x'\n扩容\nvalue\n", File.ReadAllText(_folder.File("seen")));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,
                 "cluster":{"server":"https://cluster.example.com:6443","tls-server-name":"name","certificate-authority-data":"YWJj","config":{"audience":"a"}}}}
                """),
            JsonNode.Parse(File.ReadAllText(_folder.File("info")))));
    }

    [UnixFact]
    public async Task A_credential_is_renewed_when_it_has_come_to_its_end()
    {
        using var connection = Connect(Plugin(Counting + Token("token-$count", "2026-11-20T13:00:00Z")));
        await AskAsync(connection);
        _time.Advance(TimeSpan.FromMinutes(59));
        await AskAsync(connection);
        Assert.Equal("1", Runs);
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(connection);
        Assert.Equal("2", Runs);
        Assert.Equal("Bearer token-2", _handler.Requests[^1].Headers["Authorization"]);
    }

    [UnixFact]
    public async Task A_refused_credential_is_renewed_once_for_all_who_got_the_refusal()
    {
        using var connection = Connect(Plugin(Counting + Token("token-$count")));
        await AskAsync(connection);
        _refused = "Bearer token-1";
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => AskAsync(connection))));
        Assert.Equal("2", Runs);
    }

    [UnixFact]
    public async Task A_plugin_that_gives_the_refused_credential_again_ends_the_request()
    {
        _refused = "Bearer same";
        using var connection = Connect(Plugin(Counting + Token("same")));
        await Assert.ThrowsAsync<KubernetesApiException>(() => AskAsync(connection));
        Assert.Equal("2", Runs);
        Assert.Single(_handler.Requests);
    }

    [UnixFact]
    public async Task A_client_certificate_of_the_plugin_is_used_and_changed_with_it()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), askForCertificate: true);
        foreach (var name in new[] { "first", "second" })
        {
            var client = TestCertificates.Client(TestCertificates.Authority, name);
            var answer = new JsonObject
            {
                ["apiVersion"] = ApiVersion,
                ["kind"] = "ExecCredential",
                ["status"] = new JsonObject
                {
                    ["clientCertificateData"] = Encoding.ASCII.GetString(client.Certificate.Span),
                    ["clientKeyData"] = Encoding.ASCII.GetString(client.Key.Span),
                    ["expirationTimestamp"] = name == "first" ? "2026-11-20T13:00:00Z" : null,
                },
            };
            _folder.Write(name, answer.ToJsonString());
        }

        var plugin = Plugin(Counting + $"""if [ "$count" = 1 ]; then cat '{_folder.File("first")}'; else cat '{_folder.File("second")}'; fi""");
        var configuration = Clusters.Configuration with { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority), Exec = plugin };
        using var connection = new ClusterConnection(configuration, new ClusterConnectionOptions { TimeProvider = _time });
        Assert.Equal("CN=first", (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["certificate"]);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("CN=second", (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["certificate"]);
    }

    [UnixFact]
    public async Task A_plugin_that_is_not_installed_is_an_error_with_its_hint()
    {
        var plugin = new ExecPlugin { Command = "no-such-plugin", ApiVersion = ApiVersion, InstallHint = "Get it:\n  here\u001b[31m" };
        using var connection = Connect(plugin);
        Assert.Equal(
            "The exec plugin no-such-plugin of context 'prod' of /home/me/.kube/config cannot be started: is it installed and in PATH?\nGet it:\n  here^[[31m",
            await ErrorAsync(connection));
    }

    [UnixFact]
    public async Task A_plugin_that_fails_is_an_error_with_its_exit_code_and_what_it_complained_of()
    {
        using var connection = Connect(Plugin("echo 'please log in' >&2; echo 'at example.com' >&2; exit 3"));
        Assert.EndsWith("ended with the exit code 3: please log in at example.com.", await ErrorAsync(connection), StringComparison.Ordinal);
        Assert.Equal(["please log in", "at example.com"], _complaints);
    }

    [UnixTheory]
    [InlineData("echo s3cr3t", "it printed something that is no JSON")]
    [InlineData("echo '[\"s3cr3t\"]'", "it printed no ExecCredential")]
    [InlineData("true", "it printed something that is no JSON")]
    [InlineData("""echo '{"kind":"Secret","data":"s3cr3t"}'""", "it printed no ExecCredential")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"s3cr3t"}}'""", "of another version than client.authentication.k8s.io/v1")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}'""", "without a status")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "neither a token nor a client certificate")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"s3cr3t"}}'""", "a key without its certificate")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t","expirationTimestamp":"later"}}'""", "an expirationTimestamp that is no time")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t x"}}'""", "spaces, control or non-ASCII")]
    [InlineData("""echo '{"kind":"ExecCredential","kind":"s3cr3t"}'""", "a name stands twice")]
    [InlineData("while true; do echo s3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3t; done", "printed more than any credential has")]
    public async Task What_is_no_credential_is_an_error_that_shows_nothing_of_it(string script, string expected)
    {
        using var connection = Connect(Plugin(script));
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("echo $$ >&2; exec sleep 1000")]
    [InlineData("sleep 1000 & echo $! >&2; wait")]
    [InlineData("""sh -c 'sh -c "sleep 1000 & echo \$! >&2; wait"; true'; true""")]
    public async Task A_plugin_that_hangs_is_killed_with_its_children_when_the_caller_gives_up(string script)
    {
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource<int>();
        using var connection = Connect(Plugin(script), onOutput: line => started.TrySetResult(int.Parse(line, CultureInfo.InvariantCulture)));
        var request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        using var sleeping = Process.GetProcessById(await started.Task);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await sleeping.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
    }

    [UnixTheory]
    [InlineData("(sleep 20 &) ; exit 0")]
    public async Task A_plugin_whose_child_keeps_the_pipe_open_is_left_when_the_caller_gives_up(string script)
    {
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        using var connection = Connect(Plugin("echo started >&2; " + script), onOutput: _ => started.TrySetResult());
        var request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        await started.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [UnixFact]
    public async Task A_plugin_that_takes_longer_than_a_request_may_is_waited_for_and_run_once()
    {
        var started = new TaskCompletionSource();
        using var connection = Connect(
            Plugin(Counting + $"echo started >&2; until [ -e '{_folder.File("login")}' ]; do sleep 0.05; done\n" + Token("t")), onOutput: _ => started.TrySetResult());
        var options = new EventBroadcasterOptions { TimeProvider = _time };
        await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), options);

        var recording = broadcaster.NewRecorder("test").RecordAsync(TestRecorder.ScaledUp);
        await started.Task;
        _time.Advance(TimeSpan.FromSeconds(100));
        _folder.Write("login", "");

        Assert.Equal(EventOutcomeKind.Created, (await recording.WaitAsync(TimeSpan.FromMinutes(1))).Kind);
        Assert.Equal("1", Runs);
        Assert.Single(_handler.Requests);
    }

    private string Counting => $"""
        count=$(( $(cat '{_folder.File("runs")}' 2>/dev/null || echo 0) + 1 )); printf '%s' $count > '{_folder.File("runs")}'

        """;

    private string Runs => File.ReadAllText(_folder.File("runs"));

    private static string Token(string token, string? until = null)
    {
        var status = new JsonObject { ["token"] = token };
        if (until is not null)
            status["expirationTimestamp"] = until;
        return $"cat <<EOF\n{new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = "ExecCredential", ["status"] = status }}\nEOF\n";
    }

    private ExecPlugin Plugin(string script)
    {
        var file = _folder.Write("plugin", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ExecPlugin { Command = file, ApiVersion = ApiVersion, InteractiveMode = ExecInteractiveMode.Never };
    }

    private ClusterConnection Connect(ExecPlugin plugin, Func<ClusterConfiguration, ClusterConfiguration>? change = null, Action<string>? onOutput = null)
    {
        var configuration = Clusters.Configuration with { Exec = plugin };
        return new ClusterConnection(
            change?.Invoke(configuration) ?? configuration,
            new ClusterConnectionOptions { Handler = _handler, TimeProvider = _time, PluginOutput = onOutput ?? _complaints.Add });
    }

    private static Task<JsonNode> AskAsync(ClusterConnection connection) => connection.RequestAsync(HttpMethod.Get, "/");

    private static async Task<string> ErrorAsync(ClusterConnection connection) => (await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection))).Message;
}
