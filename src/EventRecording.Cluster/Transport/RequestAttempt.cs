using System.Net;

namespace EventRecording.Cluster;

/// <summary>One try to send a request: how long it may still take, and whether anything of it was sent.</summary>
/// <remarks>
/// A write has a time to connect, and its own once it is sent. It counts as sent when the handler asks for its body, which it does when the
/// request has a connection: a server applies no write whose body is missing.
/// </remarks>
internal sealed class RequestAttempt : IDisposable
{
    private const int Waiting = 0;
    private const int Sent = 1;
    private const int Ended = 2;
    private readonly ClusterConnectionOptions _options;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;
    private int _state;

    public RequestAttempt(ApiRequest request, ClusterConnectionOptions options, TimeSpan timeout, CancellationToken caller)
    {
        Request = request;
        _options = options;
        _timeout = timeout;
        _caller = caller;
        _timer = new CancellationTokenSource(HasBody ? options.ConnectTimeout : timeout, options.TimeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    public ApiRequest Request { get; }

    /// <summary>Ends the attempt when its time is over or the caller cancels.</summary>
    public CancellationToken Token => _either.Token;

    private bool HasBody => !Request.Body.IsEmpty;

    /// <summary>The body; <see langword="null"/> for none.</summary>
    public HttpContent? CreateContent() => HasBody ? new Body(this) : null;

    /// <summary>Ends the attempt: nothing more is sent.</summary>
    /// <returns>Whether nothing was. Without a body that is not known.</returns>
    public bool EndUnsent() => Interlocked.CompareExchange(ref _state, Ended, Waiting) != Sent && HasBody;

    /// <summary>The error for what the handler threw; <see langword="null"/> if the caller cancelled, or it is no error of the connection.</summary>
    public ClusterConnectionException? Explain(Exception exception, ClusterConfiguration configuration, Uri? proxy)
    {
        var isCancelled = exception is OperationCanceledException;
        if (isCancelled && exception.InnerException is TimeoutException)
            return TransportErrors.ConnectTimeout(configuration, _options.ConnectTimeout, proxy);
        if (isCancelled && (_caller.IsCancellationRequested || !_timer.IsCancellationRequested))
            return null;
        var wasNotSent = EndUnsent();
        if (isCancelled)
            return wasNotSent ? TransportErrors.ConnectTimeout(configuration, _options.ConnectTimeout, proxy) : TransportErrors.Timeout(configuration, _timeout);
        return TransportErrors.IsTransportError(exception) ? TransportErrors.Translate(exception, configuration, proxy, HasBody ? wasNotSent : null) : null;
    }

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }

    private void Begin()
    {
        if (Interlocked.CompareExchange(ref _state, Sent, Waiting) == Ended)
            throw new OperationCanceledException();
        _timer.CancelAfter(_timeout);
    }

    private sealed class Body(RequestAttempt attempt) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            attempt.Begin();
            return stream.WriteAsync(attempt.Request.Body, cancellationToken).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = attempt.Request.Body.Length;
            return true;
        }
    }
}
