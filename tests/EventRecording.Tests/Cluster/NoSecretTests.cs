using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Reflection;
using System.Text;
using EventRecording.Cluster;
using EventRecording.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace EventRecording.Tests.Cluster;

/// <summary>Every secret carries a mark, and no text that anybody sees has the mark in it.</summary>
public class NoSecretTests
{
    private const string Mark = "s3cr3t";

    private static readonly ClusterConfiguration Full = Clusters.Configuration with
    {
        ClientCertificate = new ClientCertificate(Encoding.ASCII.GetBytes(Mark), Encoding.ASCII.GetBytes(Mark)),
        Token = Mark,
        Basic = new BasicCredential("me", Mark),
        Proxy = new Uri($"http://me:{Mark}@proxy"),
        Exec = new ExecPlugin
        {
            Command = "plugin",
            ApiVersion = "client.authentication.k8s.io/v1",
            Arguments = [Mark],
            Environment = new Dictionary<string, string> { ["TOKEN"] = Mark },
        },
    };

    [Fact]
    public void No_part_of_a_configuration_shows_a_secret()
    {
        var parts = new Queue<object>([Full, new Credential(null, Full.ClientCertificate), Credential.Bearer(Mark), new ExecAnswer(Credential.Bearer(Mark), null)]);
        var seen = 0;
        while (parts.TryDequeue(out var part))
        {
            seen++;
            Assert.DoesNotContain(Mark, part.ToString(), StringComparison.Ordinal);
            foreach (var property in part.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
            {
                // The proxy is a plain Uri: the one who gave it has its password in hand, and nothing of ours prints it.
                if (property.GetValue(part) is { } value and not (string or Uri or IEnumerable) && property.PropertyType.Namespace == typeof(ClusterConfiguration).Namespace)
                    parts.Enqueue(value);
            }
        }

        Assert.True(seen > 6, $"only {seen} parts");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.BadGateway)]
    public async Task No_refusal_shows_a_secret(HttpStatusCode code)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Text("no", code));
        using var connection = Clusters.Over(handler, Clusters.Configuration with { Token = Mark });
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Equal("Bearer " + Mark, handler.Requests[0].Headers["Authorization"]);
        Assert.DoesNotContain(Mark, error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The debug page of a gateway shows the request that it was sent.</summary>
    [Theory]
    [InlineData("text/plain", "debug: Authorization: Bearer #", "debug: Authorization: Bearer ***")]
    [InlineData("text/html", "<pre>Bearer #</pre><pre>#</pre>", "Bearer *** ***")]
    [InlineData("application/json", """{"kind":"Status","code":500,"message":"of Bearer #: no","details":{"name":"#","causes":[{"message":"#"}]}}""", "of Bearer ***: no")]
    public async Task No_answer_that_repeats_the_request_shows_its_credential(string mediaType, string body, string expected)
    {
        foreach (var (configuration, secret) in new[]
        {
            (Clusters.Configuration with { Token = Mark }, Mark),
            // What is cut is no part of it.
            (Clusters.Configuration with { Token = Mark + new string('x', 1000) }, Mark + new string('x', 1000)),
            (Clusters.Configuration with { Basic = new BasicCredential("me", Mark) }, Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Mark}"))),
        })
        {
            using var handler = new FakeHandler(_ =>
            {
                var answer = FakeHandler.Text(body.Replace("#", secret, StringComparison.Ordinal), HttpStatusCode.InternalServerError, mediaType);
                answer.Headers.TryAddWithoutValidation("Warning", $"299 - \"debug: Bearer {secret}\"");
                return answer;
            });
            using var connection = Clusters.Over(handler, configuration);
            var warnings = new List<string>();
            connection.WarningReceived += (_, text) => warnings.Add(text);
            var read = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
            var write = await Assert.ThrowsAsync<KubernetesApiException>(() => new ClusterEventSink(connection).CreateAsync(SampleEvents.Named("a"), default).AsTask());
            foreach (var error in new[] { read, write })
            {
                Assert.StartsWith(expected, error.Status.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(secret, $"{error}{error.Status}{string.Join(' ', error.Status.Causes)}", StringComparison.Ordinal);
            }

            Assert.Equal(["debug: Bearer ***"], warnings);
        }
    }

    /// <summary>A gateway writes what it quotes as JSON, HTML or an address has it.</summary>
    [Theory]
    [InlineData("text/plain", """{"Authorization":"Bearer tok\u0065n-tok\u0065n\u002Bab\/cd\u003d\u003D"}""")]
    [InlineData("text/plain", """{"inner":"{\"Authorization\":\"Bearer token-token\\u002Bab\\/cd==\"}"}""")]
    [InlineData("text/html", "<pre>Bearer token-token&#43;ab&#x2F;cd&#61;&#x3D;</pre>")]
    [InlineData("text/plain", "/debug?token=token-token%2Bab%2fcd%3D%3D")]
    [InlineData("text/plain", "me and p&amp;ss\\word, p%26ss\\\\word, p&ss\\word")]
    [InlineData("application/json", """{"kind":"Status","message":"of \u0074oken-token\u002Bab\/cd\u003D=","reason":"\u0074oken-token+ab/cd==","details":{"name":"\u0074oken-token+ab/cd==","kind":"\u0074oken-token+ab/cd==","group":"\u0074oken-token+ab/cd==","causes":[{"message":"\u0074oken-token+ab/cd==","field":"\u0074oken-token+ab/cd==","reason":"\u0074oken-token+ab/cd=="}]},"metadata":{"continue":"\u0074oken-token+ab/cd=="}}""")]
    public async Task No_answer_shows_the_credential_in_another_form(string mediaType, string body)
    {
        foreach (var configuration in Spelled)
        {
            using var handler = new FakeHandler(_ => FakeHandler.Text(body, HttpStatusCode.InternalServerError, mediaType));
            using var connection = Clusters.Over(handler, configuration);
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
            if (configuration.Token is null == body.Contains("word", StringComparison.Ordinal))
                AssertIsMasked(error, $"{error.Status} {string.Join(' ', error.Status.Causes)}");
        }
    }

    [Fact]
    public async Task No_reason_phrase_and_no_warning_shows_the_credential()
    {
        foreach (var configuration in Spelled)
        {
            var secret = configuration.Token ?? Password;
            using var handler = new FakeHandler(_ =>
            {
                var answer = FakeHandler.Text("", HttpStatusCode.BadGateway);
                answer.ReasonPhrase = $"Bad {secret}";
                answer.Headers.TryAddWithoutValidation("Warning", $"299 - \"{string.Concat(secret.Select(letter => $"\\{letter}"))} and {secret.Replace("t", "\\u0074", StringComparison.Ordinal)}\"");
                return answer;
            });
            using var connection = Clusters.Over(handler, configuration);
            var warnings = new List<string>();
            connection.WarningReceived += (_, text) => warnings.Add(text);
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
            Assert.StartsWith("Bad ***, from", error.Status.Message, StringComparison.Ordinal);
            AssertIsMasked(error, "");
            Assert.Equal(["*** and ***"], warnings);
        }
    }

    [Theory]
    [InlineData("""{"a":truBearer token-token+ab/cd==}""")]
    [InlineData("""{"kind":"Bearer token-token\u002Bab/cd=="}""")]
    [InlineData("""{"metadata":{},"metadata":{},"token-token+ab/cd==":1,"token-token+ab/cd==":2}""")]
    public async Task No_answer_that_is_none_shows_the_credential(string body)
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json(body));
        using var connection = Clusters.Over(handler, Spelled[0]);
        foreach (var ask in new Func<Task>[]
        {
            () => new ClusterEventSource(connection).ListAsync(new EventListRequest(), default).AsTask(),
            () => new ResourceMapper(connection).GetResourcesAsync(),
            async () => await new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { ResourceVersion = "1" }, default).GetAsyncEnumerator().MoveNextAsync(),
        })
            AssertIsMasked(await Assert.ThrowsAsync<ClusterConnectionException>(ask), "");
    }

    [Fact]
    public async Task No_word_that_has_come_in_part_is_quoted()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("""{"a":truBearer token-tok"""));
        using var connection = Clusters.Over(handler, Spelled[0]);
        var error = await Assert.ThrowsAsync<ClusterConnectionException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.Contains("A word is an invalid JSON literal. Expected the literal 'true'.", error.Message, StringComparison.Ordinal);
        AssertIsMasked(error, "");
    }

    [Fact]
    public async Task No_error_in_a_watch_shows_the_credential()
    {
        using var handler = new FakeHandler(_ => FakeHandler.Json("""{"type":"ERROR","object":{"kind":"Status","code":500,"message":"of Bearer \u0074oken-token+ab/cd=="}}"""));
        using var connection = Clusters.Over(handler, Spelled[0]);
        await using var watch = new ClusterEventSource(connection).WatchAsync(new EventWatchRequest { ResourceVersion = "1" }, default).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("of Bearer ***", watch.Current.Status!.Message);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("é")]
    [InlineData(" ")]
    public void No_error_about_a_credential_shows_it(string unfit)
    {
        ClusterConfiguration[] broken =
        [
            Clusters.Configuration with { Token = Mark + unfit },
            Clusters.Configuration with { Token = Mark, Basic = new BasicCredential("me", Mark) },
            Clusters.Configuration with { ClientCertificate = new ClientCertificate(Encoding.UTF8.GetBytes(Mark + unfit), Encoding.UTF8.GetBytes(Mark)) },
        ];
        foreach (var configuration in broken)
        {
            var error = Assert.Throws<ClusterConfigurationException>(() => new ClusterConnection(configuration));
            Assert.DoesNotContain(Mark, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("***", "complain-variable", "CLIENT_SECRET")]
    [InlineData("***", "complain", "geheim-schlüssel")]
    [InlineData("could not use ***", "print", "s3cr3t-token-as-it-is", "complain", "could not use s3cr3t-token-as-it-is")]
    [InlineData("got ***", "print", """{"status":{"token":"s3cr3t-token-in-json"}}""", "complain", "got s3cr3t-token-in-json")]
    [InlineData("the status of the token: got *** and ***", "print", """{"status":{"token":"sh\u002B\/rt"}}""", "complain", "the status of the token: got sh+/rt and sh%2B%2Frt")]
    [InlineData("got ***", "print", "status:\n  token: sh0rt1\n", "complain", "got sh0rt1")]
    [InlineData("got ***", "print", "sh0rt1", "complain", "got sh0rt1")]
    [InlineData("*** and ***", "complain", "Z2VoZWltLXNjaGzDvHNzZWw= and geheim-schl%C3%BCssel")]
    [InlineData("no proxy http://***@proxy:3128, nor https://***@other", "complain", "no proxy http://me:x@proxy:3128, nor https://you@other")]
    public async Task No_plugin_shows_a_secret_of_its_own(string expected, params string[] steps)
    {
        var said = new List<string>();
        var plugin = TestPlugin.That([.. steps, "exit", "1"]) with { Environment = new Dictionary<string, string> { ["CLIENT_SECRET"] = Mark, ["PLUGIN_PASSWORD"] = "geheim-schlüssel" } };
        using var handler = new FakeHandler(_ => FakeHandler.Json("{}"));
        using var connection = new ClusterConnection(Clusters.Configuration with { Exec = plugin }, new ClusterConnectionOptions { Handler = handler, PluginOutput = said.Add });
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.EndsWith($"exit code 1: {expected}.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(said, line => line.Contains("geheim", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_half_of_a_secret_is_left_where_a_long_complaint_is_cut()
    {
        var words = string.Concat(Enumerable.Repeat("ab ", 681));
        var plugin = TestPlugin.That("complain", words + "geheim-schlüssel", "exit", "1") with { Environment = new Dictionary<string, string> { ["PLUGIN_PASSWORD"] = "geheim-schlüssel" } };
        using var connection = new ClusterConnection(Clusters.Configuration with { Exec = plugin });
        var error = await Assert.ThrowsAsync<ClusterConfigurationException>(() => connection.RequestAsync(HttpMethod.Get, "/"));
        Assert.EndsWith($": {words.TrimEnd()}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("***", "complain-variable", "INHERITED_API_TOKEN")]
    [InlineData("***", "complain", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")]
    [InlineData("***", "complain", "in-the-last-line")]
    [InlineData("got {\"token\":\"***\",\"issuer\":\"https://login.example.com\"}", "complain", "got {\"token\":\"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl\",\"issuer\":\"https://login.example.com\"}")]
    [InlineData("Authorization: Bearer ***", "complain", "Authorization: Bearer 6f8e0d2c4b6a8f0e1d3c5b7a9f8e0d2c")]
    [InlineData("log in at https://login.example.com/0123456789abcdef0123456789abcdef with the code ABCD-1234", "complain", "log in at https://login.example.com/0123456789abcdef0123456789abcdef with the code ABCD-1234")]
    [InlineData("no file /home/me/.cache/0123456789abcdef0123456789abcdef", "complain", "no file /home/me/.cache/0123456789abcdef0123456789abcdef")]
    [InlineData("trace 72f988bf-86f1-41af-91ab-2d7cd011db47", "complain", "trace 72f988bf-86f1-41af-91ab-2d7cd011db47")]
    public async Task No_line_that_is_passed_on_while_a_plugin_runs_shows_a_secret_and_each_shows_what_is_none(string expected, params string[] steps)
    {
        Environment.SetEnvironmentVariable("INHERITED_API_TOKEN", Mark);
        var said = new List<string>();
        var plugin = TestPlugin.That([.. steps, "print", TestPlugin.Token("t")]) with
        {
            Environment = new Dictionary<string, string> { ["CLIENT_KEY"] = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nin-the-last-line\n-----END PRIVATE KEY-----\n" },
        };
        using var handler = new FakeHandler(_ => FakeHandler.Json("{}"));
        using (var connection = new ClusterConnection(Clusters.Configuration with { Exec = plugin }, new ClusterConnectionOptions { Handler = handler, PluginOutput = said.Add }))
            await connection.RequestAsync(HttpMethod.Get, "/");
        await SpoolRun.Until(() => said.Count > 0);
        Assert.Equal([expected], said);
    }

    [Theory]
    [InlineData("Please visit https://login.example.com/device", "Please visit https://login.example.com/device", "--keycloak-host", "login.example.com")]
    [InlineData("could not open keyring", "could not open keyring", "--token-cache-storage=keyring")]
    [InlineData("kubelogin get-token: failed", "kubelogin get-token: failed", "--oidc-use-access-token", "get-token")]
    [InlineData("Open https://gitlab.example.com/device", "Open https://gitlab.example.com/device", "ssh://gitlab@git.example.com/x.git")]
    [InlineData("--client-secret=Sh0rtPw is wrong", "--client-secret=*** is wrong", "--client-secret=Sh0rtPw")]
    [InlineData("Sh0rtPw is wrong", "*** is wrong", "--password", "Sh0rtPw")]
    [InlineData("Sh0rtPw is wrong", "*** is wrong", "-c", "login --verbose --my-pw 'Sh0rtPw' && true")]
    [InlineData("U2gwcnRQdw== and bWU6U2gwcnRQdw== and eDpTaDBydFB3", "*** and bWU6*** and eDp***", "--password", "Sh0rtPw")]
    [InlineData("Sh0rt/Pw and Sh0rt%2FPw are wrong", "*** and *** are wrong", "--proxy", "http://me:Sh0rt%2FPw@proxy:3128")]
    [InlineData("no token in /var/run/token of my-cluster, verbosely", "no token in /var/run/token of my-cluster, verbosely", "get-token", "--token-file", "/var/run/token", "--cluster=my-cluster", "--auth-mode=verbosely")]
    public void No_argument_that_is_a_secret_is_repeated(string said, string expected, params string[] arguments) =>
        Assert.Equal(expected, Secrets(Clusters.Configuration, arguments).Mask(said));

    [Theory]
    [InlineData("PGPASS", "hunters", true)]
    [InlineData("MY_PW", "hunters", true)]
    [InlineData("DB_PWD", "hunters", true)]
    [InlineData("AUTH", "me:Sh0rtPw", true)]
    [InlineData("AWS_SESSION", "S3ssionPw", true)]
    [InlineData("COOKIE", "S3ssionPw", true)]
    [InlineData("PWD", "/home/me/work", false)]
    [InlineData("OLDPWD", "C:\\Users\\me", false)]
    [InlineData("SSH_AUTH_SOCK", "/run/user/1000/ssh", false)]
    [InlineData("XDG_SESSION_TYPE", "wayland", false)]
    [InlineData("DESKTOP_SESSION", "plasma5", false)]
    [InlineData("AUTH_TYPE", "oauth2", false)]
    [InlineData("GIT_AUTHOR_EMAIL", "jane1@example.com", false)]
    [InlineData("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus", false)]
    [InlineData("NO_PROXY_BYPASS", "github", false)]
    [InlineData("SUDO_ASKPASS", "/usr/bin/ask", false)]
    public void No_variable_that_is_a_secret_is_repeated_and_each_is_that_is_none(string name, string value, bool isSecret) =>
        Assert.Equal($"could not use {(isSecret ? "***" : value)}", Secrets(Clusters.Configuration, [], (name, value)).Mask($"could not use {value}"));

    [Fact]
    public void No_password_of_a_proxy_is_repeated()
    {
        var proxied = Clusters.Configuration with { Proxy = new Uri("http://me:Sh0rtPw@proxy:3128") };
        Assert.Equal("http://***@proxy:3128 refuses ***", Secrets(proxied, []).Mask("http://me:Sh0rtPw@proxy:3128 refuses Sh0rtPw"));
        Assert.Equal("*** is refused", Secrets(Clusters.Configuration, [], ("HTTPS_PROXY", "http://me:Sh0rtPw@proxy:3128")).Mask("Sh0rtPw is refused"));
    }

    [Fact]
    public async Task No_trace_no_metric_and_no_warning_shows_a_secret()
    {
        var seen = new ConcurrentBag<string>();
        using var activities = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Add(Describe(activity)),
        };
        ActivitySource.AddActivityListener(activities);
        using var metrics = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => seen.Add(Describe(instrument, tags)));
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Add(Describe(instrument, tags)));
        metrics.Start();

        await using var server = await HttpsServer.StartAsync(TestCertificates.Server(TestCertificates.Authority), RefuseAsync, askForCertificate: true);
        await using var proxy = new TunnelProxy(server.Address.Port);
        foreach (var configuration in Configurations(server, proxy))
        {
            using var connection = new ClusterConnection(configuration);
            connection.WarningReceived += (_, text) => seen.Add(text);
            await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { WriteDeadline = TimeSpan.FromMilliseconds(50), Observers = [new TellingObserver(seen)] });
            var outcome = await broadcaster.NewRecorder("x").RecordAsync(new Occurrence { Regarding = SampleEvents.Redis, Reason = "R", Message = "m" });
            seen.Add(outcome.ToString() + outcome.Error);
        }

        Assert.Contains(seen, text => text.StartsWith("http.client.request.duration", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.StartsWith("eventrecording.write ", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.StartsWith("System.Net.Http.HttpRequestOut", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.Contains("insecure-skip-tls-verify", StringComparison.Ordinal));
        Assert.Contains(server.Visits, visit => visit.Identity.Contains(Mark, StringComparison.Ordinal));
        Assert.DoesNotContain(seen, text => text.Contains(Mark, StringComparison.Ordinal));
    }

    // What goes well, what is refused, and what does not even connect.
    private static IEnumerable<ClusterConfiguration> Configurations(HttpsServer server, TunnelProxy proxy)
    {
        var trusted = Clusters.Configuration with { Server = server.Address, CertificateAuthority = TestCertificates.Pem(TestCertificates.Authority) };
        yield return trusted with { Token = Mark, ClientCertificate = TestCertificates.Client(TestCertificates.Authority, "jane") };
        yield return trusted with { Token = Mark + "-refused" };
        yield return trusted with { Basic = new BasicCredential("me", Mark) };
        yield return Clusters.Configuration with { Server = server.Address, Token = Mark };
        yield return Clusters.Configuration with { Server = server.Address, Token = Mark, InsecureSkipTlsVerify = true };
        yield return trusted with { Token = Mark, Proxy = new Uri($"http://me:{Mark}@{proxy.Authority}") };
        yield return trusted with { Token = Mark, Proxy = new Uri($"http://me:{Mark}@127.0.0.1:1") };
        yield return trusted with { Token = Mark, Proxy = new Uri($"socks5://me:{Mark}@{proxy.Authority}") };
    }

    private const string Password = "p&ss\\word";

    private static readonly ClusterConfiguration[] Spelled =
    [
        Clusters.Configuration with { Token = "token-token+ab/cd==" },
        Clusters.Configuration with { Basic = new BasicCredential("me", Password) },
    ];

    private static ExecSecrets Secrets(ClusterConfiguration configuration, string[] arguments, params (string Name, string Value)[] variables) => ExecSecrets.Of(
        configuration,
        new ExecPlugin { Command = "plugin", ApiVersion = "client.authentication.k8s.io/v1", Arguments = arguments },
        variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value));

    private static void AssertIsMasked(Exception error, string more)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
            more += cause.Message + cause;
        Assert.DoesNotContain("ken-tok", more, StringComparison.Ordinal);
        Assert.DoesNotContain("word,", more, StringComparison.Ordinal);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = context.Request.Headers.Authorization.ToString().EndsWith("-refused", StringComparison.Ordinal) ? 401 : 403;
        return context.Response.WriteAsync("no");
    }

    private static string Describe(Activity activity) =>
        $"{activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Baggage)} {string.Join(' ', activity.Events.SelectMany(one => one.Tags))}";

    private static string Describe(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => $"{instrument.Name} {string.Join(' ', tags.ToArray())}";

    private sealed class TellingObserver(ConcurrentBag<string> told) : IEventObserver
    {
        void IEventObserver.Warned(string warning) => told.Add(warning);

        void IEventObserver.Noticed(string notice) => told.Add(notice);

        void IEventObserver.Failed(EventFailure failure) => told.Add(failure.ToString() + failure.Error);

        void IEventObserver.Retrying(EventRetry retry) => told.Add(retry.ToString() + retry.Error);
    }
}
