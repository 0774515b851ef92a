using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>Talks to one API server as one user. One for all recorders, sources and cmdlets that use the same configuration.</summary>
/// <remarks>
/// Safe for several threads. It tries again once with a renewed credential after a 401, and once where certificates were refused and their files hold others by now.
/// What is read (GET), a watch excepted, is asked for again up to ten times where the server says when (429 and 5xx with <c>Retry-After</c>), and where the
/// connection broke before anything was answered (at once the first time, then a second later each): all that within <see cref="ClusterConnectionOptions.RequestTimeout"/>.
/// </remarks>
public sealed class ClusterConnection : IDisposable
{
    private static readonly string UserAgent = $"EventRecording/{typeof(ClusterConnection).Assembly.GetName().Version?.ToString(3)}";
    private readonly ClusterConnectionOptions _options;
    private readonly IClusterCredential _credential;
    private readonly ClusterTransport _transport;
    private readonly ServerWarnings _warnings;
    private readonly ServerClock _clock;
    private readonly string _root;
    private readonly string? _insecure;
    private readonly CancellationTokenSource _disposal = new();
    private volatile PostAddress? _lastPost;

    /// <summary>A connection; nothing is sent yet.</summary>
    /// <exception cref="ClusterConfigurationException">A certificate, a key or a token cannot be used.</exception>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public ClusterConnection(ClusterConfiguration configuration, ClusterConnectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _options = options ?? new ClusterConnectionOptions();
        _options.Validate();
        Configuration = configuration;
        Json = new EventJson { Context = configuration.ContextName };
        _root = ServerRoot(configuration);
        _insecure = configuration.InsecureSkipTlsVerify ? $"The certificate of {configuration} is not verified (insecure-skip-tls-verify): whoever is in between can read and change everything." : null;
        _credential = ClusterCredential.Create(configuration, _options);
        ImpersonationHeaders.Check(configuration);
        _transport = new ClusterTransport(configuration, _options);
        _warnings = new ServerWarnings(this);
        _clock = new ServerClock(configuration, _options.TimeProvider, _warnings);
    }

    /// <summary>
    /// Raised once for each text that a server sends in a <c>Warning</c> header (again after 1,000 others), once if TLS is not verified, once for each name that several
    /// resources have (a short name, or one in full where none of them is Kubernetes' own), and once if the clocks are more than 5 minutes apart. On any thread. What a handler throws is ignored.
    /// </summary>
    public event EventHandler<string>? WarningReceived
    {
        add => _warnings.Received += value;
        remove => _warnings.Received -= value;
    }

    /// <summary>Raised before each wait for a server that is busy and said when to ask again, or whose connections break, with what was said. On any thread. What a handler throws is ignored.</summary>
    public event EventHandler<string>? Waiting;

    /// <summary>The configuration that this connection was made of.</summary>
    public ClusterConfiguration Configuration { get; }

    /// <summary>Cancelled when the connection is disposed.</summary>
    internal CancellationToken Disposal => _disposal.Token;

    internal EventJson Json { get; }

    internal long MaxResponseBytes => _options.MaxResponseBytes;

    internal TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>Sends any request and returns the object that the server answers.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Path and query, such as <c>/api/v1/namespaces</c>.</param>
    /// <param name="body">Body; PATCH sends it as a merge patch.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="ArgumentException">The path does not begin with a slash: what stands before one could be another host.</exception>
    /// <exception cref="KubernetesApiException">The server answered with an error.</exception>
    /// <exception cref="ClusterConnectionException">No usable answer came.</exception>
    public Task<JsonNode> RequestAsync(HttpMethod method, string path, JsonNode? body = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/'))
            throw new ArgumentException($"The path '{path}' must begin with a slash, such as /api/v1/namespaces.", nameof(path));
        var contentType = method == HttpMethod.Patch ? ApiRequest.MergePatch : ApiRequest.Json;
        var request = new ApiRequest(method, path, body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString()), contentType);
        return AskAsync(request, static json => json, cancellationToken);
    }

    /// <summary>Closes the connections, and ends the watches that run: they throw a <see cref="ClusterConnectionException"/>, as whatever is asked for afterwards.</summary>
    public void Dispose()
    {
        _disposal.Cancel();
        _transport.Dispose();
    }

    /// <summary>Sends a request and reads its answer, within the timeout.</summary>
    internal Task<T> SendAsync<T>(
        ApiRequest request, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken) =>
        ExchangeAsync(request, isWrite: false, read, cancellationToken);

    /// <summary>Sends a request, and reads what is wanted of the JSON that is the answer.</summary>
    internal Task<T> AskAsync<T>(ApiRequest request, Func<JsonNode, T> read, CancellationToken cancellationToken) =>
        SendAsync(request, (stream, token) => JsonAnswer.ReadAsync(stream, MaxResponseBytes, read, token), cancellationToken);

    /// <summary>As <see cref="SendAsync"/>, within the time of a write. Being cancelled is an error that says whether it was sent.</summary>
    internal Task<T> WriteAsync<T>(
        ApiRequest request, Func<Stream, CancellationToken, ValueTask<T>> read, CancellationToken cancellationToken) =>
        ExchangeAsync(request, isWrite: true, read, cancellationToken);

    /// <summary>Sends a request whose answer has no end of its own; the timeout holds up to its first byte.</summary>
    internal Task<OpenAnswer> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        ExchangeAsync<OpenAnswer>(request, isWrite: false, read: null, cancellationToken);

    /// <summary>The server has not yet read what it serves and who may use it.</summary>
    internal async Task<bool> IsStartingAsync(CancellationToken cancellationToken)
    {
        WarnIfInsecure();
        var credential = await _credential.GetAsync(cancellationToken).ConfigureAwait(false);
        using var attempt = new RequestAttempt(StartingServer.Readiness, isWrite: false, _options, cancellationToken);
        try
        {
            var transport = await _transport.ForAsync(credential, attempt.Token).ConfigureAwait(false);
            return await StartingServer.IsStartingAsync(Probe(transport, credential, attempt.Token)).ConfigureAwait(false);
        }
        catch (Exception exception) when (attempt.Explain(exception, Configuration, _transport.Proxy, credential.Secrets) is { } error)
        {
            throw error;
        }
    }

    /// <exception cref="ClusterConnectionException">The connection was disposed.</exception>
    internal void ThrowIfDisposed()
    {
        if (_disposal.IsCancellationRequested)
            throw TransportErrors.Disposed(Configuration);
    }

    /// <summary>Tells whoever listens to <see cref="WarningReceived"/>, if it was not told before.</summary>
    internal void WarnOnce(string text) => _warnings.TellOnce(text);

    /// <summary>The error for a broken answer.</summary>
    internal ClusterConnectionException Explain(Exception exception, SecretMask? secrets = null) =>
        TransportErrors.Translate(exception, Configuration, _transport.Proxy, secrets ?? SecretMask.None, wasNotSent: false);

    private static string ServerRoot(ClusterConfiguration configuration)
    {
        var server = configuration.Server;
        if (!server.IsAbsoluteUri || (server.Scheme != Uri.UriSchemeHttp && server.Scheme != Uri.UriSchemeHttps))
            throw new ClusterConfigurationException(
                $"The server of {configuration.Origin} must be an address that starts with https:// or http://.");
        if (server.UserInfo.Length > 0 || server.Query.Length > 0 || server.Fragment.Length > 0)
            throw new ClusterConfigurationException(
                $"The server of {configuration.Origin} must be an address without a user, a query and a fragment.");
        return server.AbsoluteUri.TrimEnd('/');
    }

    // One method for all that a request goes through: each layer costs a write some microseconds. Without a reader the answer itself is handed out.
    private async Task<T> ExchangeAsync<T>(ApiRequest request, bool isWrite, Func<Stream, CancellationToken, ValueTask<T>>? read, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        WarnIfInsecure();
        // Who opens a watch has a patience of its own, and says that nothing is seen meanwhile.
        var isRead = read is not null && !isWrite && request.Method == HttpMethod.Get;
        Credential? refused = null;
        ReadRetry? retry = null;
        var filesAreRead = false;
        while (true)
        {
            // It may mean that somebody logs in, so it is outside of the timeout.
            var credential = await OfWrite(_credential.GetAsync(cancellationToken), isWrite, cancellationToken).ConfigureAwait(false);
            HttpMessageInvoker? transport = null;
            var isAnswered = false;
            using var attempt = new RequestAttempt(request, isWrite, _options, cancellationToken, retry);
            try
            {
                using var message = CreateMessage(request, credential, attempt.CreateContent());
                if (!isWrite && (read is null || !Configuration.DisableCompression))
                    message.Headers.TryAddWithoutValidation("Accept-Encoding", read is null ? AnswerBody.Identity : AnswerBody.Gzip);
                transport = await _transport.ForAsync(credential, attempt.Token).ConfigureAwait(false);
                var response = await transport.SendAsync(message, attempt.Token).ConfigureAwait(false);
                isAnswered = true;
                _clock.Observe(response.Headers);
                if (request.TellsWarnings)
                    _warnings.Observe(response.Headers, credential);
                if (!response.IsSuccessStatusCode)
                {
                    var status = await ReadErrorAsync(transport, response, credential, attempt.Token).ConfigureAwait(false);
                    // A write was refused, whoever waits for it; a read may have been cancelled while its refusal was looked into.
                    if (!isWrite)
                        cancellationToken.ThrowIfCancellationRequested();
                    throw status.Code == 401 && !IsSent(credential) ? Anonymous(status) : new KubernetesApiException(status);
                }

                if (read is null)
                    return (T)(object)new OpenAnswer(response, credential.Secrets);
                using (response)
                {
                    using var stream = AnswerBody.Decompress(response.Content, await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false));
                    return await read(stream, attempt.Token).ConfigureAwait(false);
                }
            }
            catch (KubernetesApiException unauthorized) when (unauthorized.Status.Code == 401 && refused is null)
            {
                refused = credential;
                if (!await OfWrite(_credential.RenewAsync(refused, cancellationToken), isWrite, cancellationToken).ConfigureAwait(false))
                    throw;
            }
            catch (KubernetesApiException busy) when (isRead && (retry ??= new ReadRetry(_options)).WaitAfter(attempt, busy) is { } wait)
            {
                await WaitAsync(busy, wait, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (attempt.Explain(exception, Configuration, _transport.Proxy, credential.Secrets) is { } error)
            {
                if (!isAnswered && isRead && (retry ??= new ReadRetry(_options)).WaitAfter(attempt, error) is { } wait)
                {
                    await WaitAsync(error, wait, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (filesAreRead || transport is null || error.Failure != ClusterConnectionFailure.Certificate
                    || !await _transport.HasNewFilesAsync(transport, credential, cancellationToken).ConfigureAwait(false))
                    throw error;
                filesAreRead = true;
            }
        }
    }

    private async Task WaitAsync(Exception reason, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait == TimeSpan.Zero)
            return;
        ServerWarnings.Raise(Waiting, this, string.Create(CultureInfo.InvariantCulture, $"{reason.Message.TrimEnd('.')}. It is asked again in {wait.TotalSeconds:0.#} s."));
        try
        {
            await Task.Delay(wait, TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled)
        {
            // Whoever set a time that is over can say what it was spent on.
            throw new OperationCanceledException(cancelled.Message, reason, cancellationToken);
        }
    }

    private bool IsSent(Credential credential) =>
        credential is not { Header: null, Certificate: null } || Configuration is not { ClientCertificate: null, ClientCertificateFiles: null };

    private KubernetesApiException Anonymous(KubernetesStatus status)
    {
        var why = Configuration.Server.Scheme == Uri.UriSchemeHttp
            ? ". Over http:// that of a kubeconfig's user never is, since all could read it."
            : ". Its user has no token, client certificate or exec plugin.";
        return new KubernetesApiException(status, $"The API server {Configuration} answered 401 Unauthorized: no credential was sent{why}");
    }

    private ValueTask<T> OfWrite<T>(ValueTask<T> credential, bool isWrite, CancellationToken cancellationToken) =>
        !isWrite || credential.IsCompletedSuccessfully ? credential : ExplainLaterAsync(credential, cancellationToken);

    private async ValueTask<T> ExplainLaterAsync<T>(ValueTask<T> credential, CancellationToken cancellationToken)
    {
        var started = TimeProvider.GetTimestamp();
        try
        {
            return await credential.ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw TransportErrors.NoCredential(Configuration, TimeProvider.GetElapsedTime(started), cancelled);
        }
    }

    private async Task<KubernetesStatus> ReadErrorAsync(HttpMessageInvoker transport, HttpResponseMessage response, Credential credential, CancellationToken cancellationToken)
    {
        KubernetesStatus status;
        using (response)
            status = await ErrorAnswer.ReadAsync(response, Configuration, credential.Secrets, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        return StartingServer.MayExplain(status)
            ? await StartingServer.ExplainAsync(status, Probe(transport, credential, cancellationToken)).ConfigureAwait(false)
            : status;
    }

    // Gives the code of what is answered to the same user.
    private Func<ApiRequest, Task<int>> Probe(HttpMessageInvoker transport, Credential credential, CancellationToken cancellationToken) => async request =>
    {
        using var message = CreateMessage(request, credential, content: null);
        using var response = await transport.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return (int)response.StatusCode;
    };

    private HttpRequestMessage CreateMessage(ApiRequest request, Credential credential, HttpContent? content)
    {
        var message = new HttpRequestMessage(request.Method, AddressOf(request))
        {
            Version = _transport.RepeatsHeaders ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (credential.Header is { } header)
            message.Headers.Authorization = header;
        if (_transport.HostHeader is { } host)
            message.Headers.Host = host;
        ImpersonationHeaders.Add(message.Headers, Configuration.Impersonation, _transport.RepeatsHeaders);
        message.Content = content;
        content?.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        return message;
    }

    // All events of a namespace are created at one address, and taking an address apart costs microseconds.
    private Uri AddressOf(ApiRequest request)
    {
        if (request.Method != HttpMethod.Post)
            return new Uri(_root + request.Path);
        if (_lastPost is not { } last || last.Path != request.Path)
            _lastPost = last = new PostAddress(request.Path, new Uri(_root + request.Path));
        return last.Address;
    }

    private void WarnIfInsecure()
    {
        if (_insecure is not null)
            _warnings.TellOnce(_insecure);
    }

    private sealed record PostAddress(string Path, Uri Address);
}
