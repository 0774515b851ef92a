using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster.Credentials;

/// <summary>Real plugins, each a process of its own.</summary>
public sealed class ExecCredentialTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _complaints = [];
    private readonly FakeHandler _handler;
    private string? _refused;

    public ExecCredentialTests() => _handler = new FakeHandler(request => request.Headers.GetValueOrDefault("Authorization") == _refused
        ? FakeHandler.Text("no", HttpStatusCode.Unauthorized)
        : FakeHandler.Json(request.Body?.Replace("\"metadata\":{", "\"metadata\":{\"resourceVersion\":\"1\",", StringComparison.Ordinal) ?? "{}"));

    public void Dispose()
    {
        _handler.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_plugin_is_run_once_for_many_callers()
    {
        using var connection = Connect(TestPlugin.That([.. Counting, "print", TestPlugin.Token("token-{runs}")]));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => AskAsync(connection))));
        Assert.Equal("1", Runs);
        Assert.All(_handler.Requests, request => Assert.Equal("Bearer token-1", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task Arguments_and_environment_reach_it_as_they_are_and_it_is_told_about_the_cluster()
    {
        string[] arguments = ["a b", "$HOME", "", "\"quoted\" 'x'", @"back\slash\", "扩容"];
        var plugin = TestPlugin.That(["print", TestPlugin.Token("t"), "save", _folder.File("seen"), .. arguments]) with
        {
            Environment = new Dictionary<string, string> { ["EXTRA"] = "välue" },
            ProvideClusterInfo = true,
            ClusterConfig = """{"audience":"a"}""",
        };
        using var connection = Connect(plugin, configuration => configuration with { CertificateAuthority = "abc"u8.ToArray(), TlsServerName = "name" });
        await AskAsync(connection);
        var seen = File.ReadAllText(_folder.File("seen")).Split('\n');
        Assert.Equal([.. arguments, "välue"], seen[..^2]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false,
                 "cluster":{"server":"https://cluster.example.com:6443","tls-server-name":"name","certificate-authority-data":"YWJj","config":{"audience":"a"}}}}
                """),
            JsonNode.Parse(seen[^2])));
        Assert.Empty(seen[^1]);
    }

    [Fact]
    public async Task A_credential_is_renewed_when_it_has_come_to_its_end()
    {
        using var connection = Connect(TestPlugin.That([.. Counting, "print", TestPlugin.Token("token-{runs}", "2026-11-20T13:00:00Z")]));
        await AskAsync(connection);
        _time.Advance(TimeSpan.FromMinutes(59));
        await AskAsync(connection);
        Assert.Equal("1", Runs);
        _time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(connection);
        Assert.Equal("2", Runs);
        Assert.Equal("Bearer token-2", _handler.Requests[^1].Headers["Authorization"]);
    }

    [Fact]
    public async Task What_a_plugin_says_of_the_credential_that_it_renews_does_not_show_it()
    {
        _folder.Write("complaint-1", "logged in");
        _folder.Write("complaint-2", "token-number-one has expired");
        using var connection = Connect(TestPlugin.That([.. Counting, "complain-file", _folder.File("complaint-{runs}"), "print", TestPlugin.Token("token-number-one", "2026-11-20T13:00:00Z")]));
        await AskAsync(connection);
        _time.Advance(TimeSpan.FromHours(1));
        await AskAsync(connection);
        await SpoolRun.Until(() => _complaints.Count == 2);
        Assert.Equal(["logged in", "*** has expired"], _complaints);
    }

    [Fact]
    public async Task What_a_plugin_asks_without_ending_the_line_is_passed_on_while_it_waits_for_the_answer()
    {
        using var answer = new TcpListener(IPAddress.Loopback, 0);
        answer.Start();
        using var connection = Connect(TestPlugin.That(["ask", "Password: ", "wait-for", $"{((IPEndPoint)answer.LocalEndpoint).Port}", "complain", "", "complain", "thank you", "print", TestPlugin.Token("t")]));
        var asking = AskAsync(connection);
        // With that of its turn.
        await SpoolRun.Until(() => _time.ActiveTimers == 2);
        Assert.Empty(_complaints);
        _time.Advance(ExecProcess.UnfinishedLine);
        await SpoolRun.Until(() => _complaints.Count == 1);
        (await answer.AcceptSocketAsync()).Dispose();
        await asking;
        await SpoolRun.Until(() => _complaints.Count == 2);
        Assert.Equal(["Password: ", "thank you"], _complaints);
    }

    [Fact]
    public async Task A_refused_credential_is_renewed_once_for_all_who_got_the_refusal()
    {
        using var connection = Connect(TestPlugin.That([.. Counting, "print", TestPlugin.Token("token-{runs}")]));
        await AskAsync(connection);
        _refused = "Bearer token-1";
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => AskAsync(connection))));
        Assert.Equal("2", Runs);
    }

    [Fact]
    public async Task A_plugin_that_gives_the_refused_credential_again_ends_the_request()
    {
        _refused = "Bearer same";
        using var connection = Connect(TestPlugin.That([.. Counting, "print", TestPlugin.Token("same")]));
        await Assert.ThrowsAsync<KubernetesApiException>(() => AskAsync(connection));
        Assert.Equal("2", Runs);
        Assert.Single(_handler.Requests);
    }

    [Fact]
    public async Task A_client_certificate_of_the_plugin_is_used_and_changed_with_it()
    {
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), askForCertificate: true);
        using var connection = ConnectWithTwoCertificates(server);
        Assert.Equal("CN=first", (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["certificate"]);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("CN=second", (string?)(await connection.RequestAsync(HttpMethod.Get, "/"))["certificate"]);
    }

    [Fact]
    public async Task A_refusal_is_asked_about_over_the_connection_that_it_came_from()
    {
        var arrived = new TaskCompletionSource();
        var renewed = new TaskCompletionSource();
        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), AnswerAsync, askForCertificate: true);
        var handshakes = 0;
        server.Shown += () => Interlocked.Increment(ref handshakes);
        using var connection = ConnectWithTwoCertificates(server);

        var refused = connection.RequestAsync(HttpMethod.Get, "/refused");
        await arrived.Task.WaitAsync(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromHours(1));
        await AskAsync(connection);
        renewed.SetResult();
        await Assert.ThrowsAsync<KubernetesApiException>(() => refused);
        await AskAsync(connection);

        Assert.Equal(["CN=first /refused", "CN=second /", "CN=first /readyz", "CN=second /"], server.Visits.Select(visit => $"{visit.Identity} {visit.Path}"));
        Assert.Equal(2, handshakes);

        async Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Path == "/refused")
            {
                arrived.SetResult();
                await renewed.Task;
                context.Response.StatusCode = 403;
                await context.Response.WriteAsync("""{"kind":"Status","code":403,"reason":"Forbidden","message":"refused is forbidden: User \"first\" cannot get path \"/refused\""}""");
                return;
            }

            await context.Response.WriteAsync("{}");
        }
    }

    [Fact]
    public async Task A_plugin_that_is_not_installed_is_an_error_with_its_hint()
    {
        var plugin = new ExecPlugin { Command = "no-such-plugin", ApiVersion = TestPlugin.ApiVersion, InstallHint = "Get it:\n  here\u001b[31m" };
        using var connection = Connect(plugin);
        Assert.Equal(
            "The exec plugin no-such-plugin of context 'prod' of /home/me/.kube/config cannot be started: is it installed and in PATH?\nGet it:\n  here^[[31m",
            await ErrorAsync(connection));
    }

    [Theory]
    [InlineData("none", "cannot be started: there is no such file.")]
    [InlineData("~/none", "cannot be started: there is no such file. The ~ is not replaced there: write the home directory in full.")]
    [InlineData(".", "cannot be started: it is a directory.")]
    public async Task A_plugin_that_is_not_where_its_path_leads_is_an_error_that_does_not_speak_of_PATH(string path, string expected)
    {
        using var connection = Connect(new ExecPlugin { Command = $"{_folder.Path}{Path.DirectorySeparatorChar}{path}", ApiVersion = TestPlugin.ApiVersion });
        Assert.EndsWith(expected, await ErrorAsync(connection), StringComparison.Ordinal);
    }

    [UnixTheory("Windows goes by the extension.")]
    [InlineData("#!/bin/sh", UnixFileMode.UserRead, "cannot be started: it is there, but cannot be executed.")]
    [InlineData("#!/no/such/sh", UnixFileMode.UserRead | UnixFileMode.UserExecute, "cannot be started: it is there, but cannot be executed (No such file or directory).")]
    public async Task A_plugin_that_cannot_be_executed_is_an_error_that_says_why(string content, UnixFileMode mode, string expected)
    {
        var file = _folder.Write("plugin", content + "\n");
#pragma warning disable CA1416 // a test of Unix
        File.SetUnixFileMode(file, mode);
#pragma warning restore CA1416
        using var connection = Connect(new ExecPlugin { Command = file, ApiVersion = TestPlugin.ApiVersion });
        Assert.EndsWith(expected, await ErrorAsync(connection), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_plugin_that_fails_is_an_error_with_its_exit_code_and_what_it_complained_of(string lineEnd)
    {
        using var connection = Connect(TestPlugin.That("ask", $"please log in{lineEnd}at exämple.com{lineEnd}", "exit", "3"));
        Assert.EndsWith("ended with the exit code 3: please log in at exämple.com.", await ErrorAsync(connection), StringComparison.Ordinal);
        Assert.Equal(["please log in", "at exämple.com"], _complaints);
    }

    [Theory]
    [InlineData("ended with the exit code 3.", "exit", "3")]
    [InlineData("ended with the exit code 3: run \"aws configure\".", "complain", "run \"aws configure\".", "exit", "3")]
    [InlineData("ended with the exit code 3: header values.", "complain", "header values..", "exit", "3")]
    public async Task Its_error_is_one_sentence(string expected, params string[] steps)
    {
        using var connection = Connect(TestPlugin.That(steps));
        Assert.EndsWith($" of context 'prod' of /home/me/.kube/config {expected}", await ErrorAsync(connection), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("leave-complaining")]
    [InlineData("leave-holding")]
    public async Task A_plugin_that_fails_and_leaves_a_child_that_holds_its_output_is_waited_for_a_second_more(string leave)
    {
        using var listener = Listen(out var port);
        using var connection = Connect(TestPlugin.That("complain", "please log in", leave, port, "exit", "3"));
        var error = ErrorAsync(connection);
        using var child = await listener.AcceptSocketAsync().WaitAsync(Patience);
        await SpoolRun.Until(() => _complaints.Count == 1 && _time.ActiveTimers == 2);
        _time.Advance(ExecProcess.AfterFailure);
        Assert.EndsWith("ended with the exit code 3: please log in.", await error.WaitAsync(Patience), StringComparison.Ordinal);
    }

    // What one that succeeded may still complain of is read on, and nobody waits for its end.
    [LinuxTheory("Elsewhere a process has no list of its descriptors.")]
    [InlineData("exit 0", 1)]
    [InlineData("exit 3", 2)]
    public async Task A_run_leaves_no_descriptor_to_the_garbage_collector(string end, int closed)
    {
        var script = $"echo $(readlink /proc/$$/fd/1) $(readlink /proc/$$/fd/2) >&2; printf %s \"$0\"; {end}";
        using var connection = Connect(Shell(script, TestPlugin.Token("t")));
        await Record.ExceptionAsync(() => AskAsync(connection));
        var left = new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos().Select(descriptor => descriptor.LinkTarget ?? "").ToArray();
        await SpoolRun.Until(() => _complaints.Count == 1);
        // Both ends of a pipe have one name.
        var pipes = _complaints[0].Split(' ');
        Assert.All(pipes, pipe => Assert.StartsWith("pipe:[", pipe, StringComparison.Ordinal));
        Assert.Equal(2, pipes.Distinct().Count());
        Assert.Empty(left.Intersect(pipes.Take(closed)));
    }

    [UnixFact("Windows has no shell of Unix.")]
    public async Task A_child_of_a_plugin_is_still_heard_when_the_plugin_is_over()
    {
        await HangingFile.MakeAsync(_folder.File("word"));
        using var connection = Connect(Shell("printf %s \"$0\"; { read word <\"$1\"; echo \"$word\" >&2; } >&- &", TestPlugin.Token("t"), _folder.File("word")));
        await AskAsync(connection);
        await using (var pipe = await HangingFile.OpenAsync(_folder.File("word")))
            await pipe.WriteAsync("expires soon\n"u8.ToArray());
        await SpoolRun.Until(() => _complaints.Count == 1);
        Assert.Equal(["expires soon"], _complaints);
    }

    [Fact]
    public async Task A_request_whose_credential_comes_when_its_connection_was_disposed_says_so()
    {
        using var listener = Listen(out var port);
        var connection = Connect(TestPlugin.That("wait-for", port, "print", TestPlugin.Token("t")));
        var request = AskAsync(connection);
        using (await listener.AcceptSocketAsync().WaitAsync(Patience))
            connection.Dispose();
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => request);
        Assert.Contains("was disposed", error.Message, StringComparison.Ordinal);
        Assert.Empty(_handler.Requests);
    }

    [Fact]
    public async Task A_plugin_may_print_YAML()
    {
        _folder.Write("answer", $"# as YAML\napiVersion: {TestPlugin.ApiVersion}\nkind: ExecCredential\nstatus:\n  token: yaml\n  expirationTimestamp: 2026-11-20T13:00:00Z\n");
        using var connection = Connect(TestPlugin.That([.. Counting, "print-file", _folder.File("answer")]));
        await AskAsync(connection);
        Assert.Equal("Bearer yaml", _handler.Requests[^1].Headers["Authorization"]);
        _time.Advance(TimeSpan.FromHours(1));
        await AskAsync(connection);
        Assert.Equal("2", Runs);
    }

    [Fact]
    public async Task A_plugin_is_started_where_its_user_is()
    {
        var directory = _folder.Path;
        using var connection = Connect(TestPlugin.That("complain-directory", "exit", "3"), directory: () => directory);
        Assert.EndsWith($"{Path.DirectorySeparatorChar}{Path.GetFileName(_folder.Path)}.", await ErrorAsync(connection), StringComparison.Ordinal);
        directory = _folder.File("gone");
        Assert.EndsWith($"ended with the exit code 3: {Environment.CurrentDirectory}.", await ErrorAsync(connection), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_inherits_is_the_environment_that_the_connection_was_made_in()
    {
        const string Name = "EVENTRECORDING_PLUGIN_TEST";
        Environment.SetEnvironmentVariable(Name, "dev");
        using var connection = Connect(TestPlugin.That("complain-variable", Name, "exit", "3"));
        Environment.SetEnvironmentVariable(Name, "prod");
        Assert.EndsWith("ended with the exit code 3: dev.", await ErrorAsync(connection), StringComparison.Ordinal);
        Environment.SetEnvironmentVariable(Name, null);
    }

    [Fact]
    public async Task Of_many_plugins_a_few_are_run_at_a_time_and_one_whose_start_hangs_is_none_of_them_when_nobody_waits_for_it()
    {
        using var listener = Listen(out var port);
        using var disk = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var plugin = TestPlugin.That("print", TestPlugin.Token("t"));
        using var hanging = Connect(plugin with { Arguments = new SlowArguments(plugin.Arguments, disk) });
        var hung = hanging.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        await SpoolRun.Until(() => SlowArguments.Waiting == 1);
        var connections = Enumerable.Range(1, ExecProcess.MostAtATime).Select(_ => Connect(TestPlugin.That("wait-for", port, "print", TestPlugin.Token("t")))).ToArray();
        var asking = connections.Select(AskAsync).ToArray();
        var running = new List<Socket>();
        while (running.Count < ExecProcess.MostAtATime - 1)
            running.Add(await listener.AcceptSocketAsync().WaitAsync(Patience));
        var last = listener.AcceptSocketAsync();
        // Others are run meanwhile, so would this one.
        for (var i = 0; i < 3; i++)
            await Programs.RunAsync("dotnet", plugin.Arguments);
        Assert.False(last.IsCompleted);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hung);
        running.Add(await last.WaitAsync(Patience));

        // Nor one that waits for a person.
        using var patient = Connect(TestPlugin.That("wait-for", port, "print", TestPlugin.Token("t")));
        var next = AskAsync(patient);
        _time.Advance(ExecProcess.Turn);
        running.Add(await listener.AcceptSocketAsync().WaitAsync(Patience));
        running.ForEach(socket => socket.Dispose());
        await Task.WhenAll([.. asking, next]);
        disk.Set();
        Array.ForEach(connections, connection => connection.Dispose());
    }

    [Fact]
    public async Task A_listener_that_throws_takes_nothing_from_the_error()
    {
        using var connection = Connect(TestPlugin.That("complain", "please log in", "exit", "3"), onOutput: _ => throw new InvalidOperationException("nobody listens"));
        Assert.EndsWith("ended with the exit code 3: please log in.", await ErrorAsync(connection), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3cr3t", "it printed no ExecCredential")]
    [InlineData("{\"s3cr3t\"", "it printed something that is neither JSON nor YAML")]
    [InlineData("[\"s3cr3t\"]", "it printed no ExecCredential")]
    [InlineData("", "it printed no ExecCredential")]
    [InlineData("""{"kind":"Secret","data":"s3cr3t"}""", "it printed no ExecCredential")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"s3cr3t"}}""", "of another version than client.authentication.k8s.io/v1")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}""", "without a status")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}""", "neither a token nor a client certificate")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientKeyData":"s3cr3t"}}""", "a key without its certificate")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t","expirationTimestamp":"later"}}""", "an expirationTimestamp that is no time")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t x"}}""", "it printed a token with spaces, line ends, control or non-ASCII characters; a token has none.")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"s3cr3t\n"}}""", "it printed a token with spaces, line ends, control or non-ASCII characters; a token has none.")]
    [InlineData("""{"kind":"ExecCredential","kind":"s3cr3t"}""", "a name stands twice")]
    public async Task What_is_no_credential_is_an_error_that_shows_nothing_of_it(string printed, string expected)
    {
        using var connection = Connect(TestPlugin.That("print", printed));
        await ErrorWithoutSecretAsync(connection, expected);
    }

    [Fact]
    public async Task A_plugin_that_prints_without_end_is_ended()
    {
        using var connection = Connect(TestPlugin.That("print-for-ever", string.Concat(Enumerable.Repeat("s3cr3t", 100))));
        await ErrorWithoutSecretAsync(connection, "printed more than any credential has");
    }

    private static async Task ErrorWithoutSecretAsync(ClusterConnection connection, string expected)
    {
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("complain-id", "wait")]
    [InlineData("child", "complain-id", "wait")]
    [InlineData("child", "child", "complain-id", "wait")]
    public async Task A_plugin_that_hangs_is_killed_with_its_children_when_the_caller_gives_up(params string[] steps)
    {
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource<int>();
        using var connection = Connect(TestPlugin.That(steps), onOutput: line => started.TrySetResult(int.Parse(line, CultureInfo.InvariantCulture)));
        var request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        using var waiting = Process.GetProcessById(await started.Task.WaitAsync(Patience));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await waiting.WaitForExitAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_plugin_whose_child_keeps_the_pipe_open_is_left_when_the_caller_gives_up()
    {
        using var listener = Listen(out var port);
        using var cancellation = new CancellationTokenSource();
        using var connection = Connect(TestPlugin.That("leave", "wait-for", port));
        var request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        using var child = await listener.AcceptSocketAsync().WaitAsync(Patience);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
    }

    [Fact]
    public async Task A_plugin_that_others_wait_for_goes_on_when_the_one_who_started_it_gives_up()
    {
        using var listener = Listen(out var port);
        using var cancellation = new CancellationTokenSource();
        using var connection = Connect(TestPlugin.That([.. Counting, "wait-for", port, "print", TestPlugin.Token("token-{runs}")]));
        var first = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token);
        var login = await listener.AcceptSocketAsync().WaitAsync(Patience);
        var second = AskAsync(connection);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        login.Dispose();

        await second.WaitAsync(Patience);
        Assert.Equal("1", Runs);
    }

    [Fact]
    public async Task A_plugin_whose_start_takes_long_holds_up_nobody_who_asks()
    {
        using var disk = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var plugin = TestPlugin.That("print", TestPlugin.Token("t"));
        using var connection = Connect(plugin with { Arguments = new SlowArguments(plugin.Arguments, disk) });

        // What is returned is a task that runs, and not the end of a start.
        Task<JsonNode>? request = null;
        await Task.Run(() => { request = connection.RequestAsync(HttpMethod.Get, "/", null, cancellation.Token); }).WaitAsync(Patience);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request!);
        disk.Set();
        await AskAsync(connection);
    }

    [Fact]
    public async Task A_plugin_that_takes_longer_than_a_request_may_is_waited_for_and_run_once()
    {
        using var listener = Listen(out var port);
        using var connection = Connect(TestPlugin.That([.. Counting, "wait-for", port, "print", TestPlugin.Token("t")]));
        var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { TimeProvider = _time });

        var recording = broadcaster.NewRecorder("test").RecordAsync(TestRecorder.ScaledUp);
        using (await listener.AcceptSocketAsync().WaitAsync(Patience))
            _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(EventOutcomeKind.Created, (await recording.WaitAsync(Patience)).Kind);
        Assert.Equal("1", Runs);
        Assert.Single(_handler.Requests);
        // Only here: on a clock that stands, a write that is still pending would be waited for without end.
        await broadcaster.DisposeAsync();
    }

    [Fact]
    public async Task A_write_whose_plugin_is_still_running_at_the_deadline_was_not_sent()
    {
        using var listener = Listen(out var port);
        using var connection = Connect(TestPlugin.That([.. Counting, "wait-for", port]));
        var options = new EventBroadcasterOptions { TimeProvider = _time };
        var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), options);

        var recording = broadcaster.NewRecorder("test").RecordAsync(TestRecorder.ScaledUp);
        using var plugin = await listener.AcceptSocketAsync().WaitAsync(Patience);
        _time.Advance(options.WriteDeadline);

        Assert.Equal(EventOutcomeKind.Failed, (await recording.WaitAsync(Patience)).Kind);
        Assert.Equal("1", Runs);
        Assert.Empty(_handler.Requests);
        await broadcaster.DisposeAsync();
    }

    private string[] Counting => ["count", _folder.File("runs")];

    private string Runs => File.ReadAllText(_folder.File("runs"));

    /// <summary>The plugin gives one certificate first, and another one after an hour.</summary>
    private ClusterConnection ConnectWithTwoCertificates(HttpsServer server)
    {
        foreach (var (run, name) in new[] { (1, "first"), (2, "second") })
        {
            var client = TestCertificates.Client(TestCertificates.Authority, name);
            var answer = new JsonObject
            {
                ["apiVersion"] = TestPlugin.ApiVersion,
                ["kind"] = "ExecCredential",
                ["status"] = new JsonObject
                {
                    ["clientCertificateData"] = Encoding.ASCII.GetString(client.Certificate.Span),
                    ["clientKeyData"] = Encoding.ASCII.GetString(client.Key.Span),
                    ["expirationTimestamp"] = run == 1 ? "2026-11-20T13:00:00Z" : null,
                },
            };
            _folder.Write($"answer-{run}", answer.ToJsonString());
        }

        var plugin = TestPlugin.That([.. Counting, "print-file", _folder.File("answer-{runs}")]);
        var configuration = Clusters.Configuration with { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority), Exec = plugin };
        return new ClusterConnection(configuration, new ClusterConnectionOptions { TimeProvider = _time, RequestTimeout = TimeSpan.FromDays(1) });
    }

    private static TcpListener Listen(out string port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = $"{((IPEndPoint)listener.LocalEndpoint).Port}";
        return listener;
    }

    private ClusterConnection Connect(ExecPlugin plugin, Func<ClusterConfiguration, ClusterConfiguration>? change = null, Action<string>? onOutput = null, Func<string?>? directory = null)
    {
        var configuration = Clusters.Configuration with { Exec = plugin };
        return new ClusterConnection(
            change?.Invoke(configuration) ?? configuration,
            new ClusterConnectionOptions { Handler = _handler, TimeProvider = _time, PluginOutput = onOutput ?? _complaints.Add, PluginDirectory = directory });
    }

    private static ExecPlugin Shell(string script, params string[] arguments) =>
        new() { Command = "/bin/sh", Arguments = ["-c", script, .. arguments], ApiVersion = TestPlugin.ApiVersion, InteractiveMode = ExecInteractiveMode.Never };

    private static Task<JsonNode> AskAsync(ClusterConnection connection) => connection.RequestAsync(HttpMethod.Get, "/").WaitAsync(Patience);

    private static async Task<string> ErrorAsync(ClusterConnection connection) => (await Assert.ThrowsAsync<ClusterConfigurationException>(() => AskAsync(connection))).Message;

    /// <summary>Arguments that are read slowly, as is a program on a disk that hangs.</summary>
    private sealed class SlowArguments(IReadOnlyList<string> arguments, ManualResetEventSlim disk) : IReadOnlyList<string>
    {
        private static int _waiting;

        public static int Waiting => Volatile.Read(ref _waiting);

        public int Count => arguments.Count;

        public string this[int index] => arguments[index];

        public IEnumerator<string> GetEnumerator()
        {
            Interlocked.Increment(ref _waiting);
            disk.Wait();
            Interlocked.Decrement(ref _waiting);
            return arguments.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
