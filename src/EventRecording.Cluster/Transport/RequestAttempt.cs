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
    private static readonly TimeSpan TimersAreEarly = TimeSpan.FromMilliseconds(50);
    private readonly bool _isWrite;
    private readonly ClusterConnectionOptions _options;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _caller;
    private readonly long _started;
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenRegistration _callersEnd;
    private int _state;

    public RequestAttempt(ApiRequest request, bool isWrite, ClusterConnectionOptions options, CancellationToken caller, ReadRetry? retry = null)
    {
        Request = request;
        _isWrite = isWrite;
        _options = options;
        _timeout = isWrite ? options.WriteTimeout : options.RequestTimeout;
        _caller = caller;
        _started = options.TimeProvider.GetTimestamp();
        _end = new CancellationTokenSource(HasBody ? options.ConnectTimeout : retry is null ? _timeout : retry.Left, options.TimeProvider);
        // Lighter than a linked source, for each write.
        _callersEnd = caller.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
    }

    public ApiRequest Request { get; }

    /// <summary>Ends the attempt when its time is over or the caller cancels.</summary>
    public CancellationToken Token => _end.Token;

    /// <summary>How long it has taken so far.</summary>
    public TimeSpan Elapsed => _options.TimeProvider.GetElapsedTime(_started);

    private bool HasBody => !Request.Body.IsEmpty;

    /// <summary>The body; <see langword="null"/> for none.</summary>
    public HttpContent? CreateContent() => HasBody ? new Body(this) : null;

    /// <summary>Ends the attempt, so that nothing more is sent, and explains what the handler threw.</summary>
    /// <returns>
    /// <see langword="null"/> if it explains itself: an answer, a caller who cancelled what is no write, or no error of the connection after something was sent.
    /// </returns>
    public ClusterConnectionException? Explain(Exception exception, ClusterConfiguration configuration, Uri? proxy, SecretMask secrets)
    {
        var wasNotSent = EndUnsent();
        switch (exception)
        {
            case KubernetesApiException or EventStoreException:
                return null;
            case OperationCanceledException { InnerException: TimeoutException }:
            case HttpRequestException when proxy is not null && _options.ConnectTimeout > TimersAreEarly && TransportErrors.IsUnreachable(exception)
                && Elapsed >= _options.ConnectTimeout - TimersAreEarly:
                return TransportErrors.ConnectTimeout(configuration, _options.ConnectTimeout, proxy);
            case OperationCanceledException when _caller.IsCancellationRequested:
                return _isWrite ? TransportErrors.Cancelled(configuration, Elapsed, wasNotSent, exception) : null;
            case OperationCanceledException when _end.IsCancellationRequested:
                return wasNotSent ? TransportErrors.ConnectTimeout(configuration, _options.ConnectTimeout, proxy) : TransportErrors.Timeout(configuration, _timeout);
        }

        if (TransportErrors.IsTransportError(exception))
            return TransportErrors.Translate(exception, configuration, proxy, secrets, HasBody ? wasNotSent : null);
        if (wasNotSent && exception is ObjectDisposedException)
            return TransportErrors.Disposed(configuration, exception);
        // Whatever it was, a handler of the caller's.
        return wasNotSent ? TransportErrors.NotSent(configuration, exception) : null;
    }

    public void Dispose()
    {
        _callersEnd.Dispose();
        _end.Dispose();
    }

    // Without a body nobody knows.
    private bool EndUnsent() => Interlocked.CompareExchange(ref _state, Ended, Waiting) != Sent && HasBody;

    private void Begin()
    {
        if (Interlocked.CompareExchange(ref _state, Sent, Waiting) == Ended)
            throw new OperationCanceledException();
        _end.CancelAfter(_timeout);
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
