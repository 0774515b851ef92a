using System.Net.Sockets;

namespace EventRecording.Sandbox;

/// <summary>One connection: requests one after the other, until somebody closes it or a fault breaks it.</summary>
internal sealed class HttpConnection : IDisposable
{
    /// <summary>How much of a refused body is read, so that the client sees the answer to it.</summary>
    private const long MaximalDrain = 64 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly Backend _backend;
    private readonly SocketReader _reader;
    private readonly ResponseWriter _writer;
    private readonly CancellationToken _dropped;

    public HttpConnection(Socket socket, Backend backend)
    {
        _socket = socket;
        _socket.NoDelay = true;
        _backend = backend;
        _dropped = backend.Connections;
        _reader = new SocketReader(socket);
        _writer = new ResponseWriter(socket, backend.Time);
    }

    public async Task RunAsync()
    {
        try
        {
            while (await _reader.ReadHeadAsync(_dropped).ConfigureAwait(false) is { } head)
            {
                if (!await ServeAsync(head).ConfigureAwait(false))
                    return;
            }
            Close();
        }
        catch (BadRequestException e)
        {
            await RefuseAsync(e).ConfigureAwait(false);
        }
    }

    /// <summary>Breaks the connection with a reset (RST).</summary>
    public void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
        _socket.Dispose();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _reader.Dispose();
    }

    /// <returns>True if the connection lives on.</returns>
    private async ValueTask<bool> ServeAsync(RequestHead head)
    {
        if (head.Method == "HEAD")
            throw new BadRequestException(405, "HEAD is not served");
        var request = new ApiRequest(head.Method, head.Target, head.Headers, default);
        var fault = _backend.ChooseFault(request);
        if (fault is ConnectionFault { Moment: FaultMoment.BeforeBody or FaultMoment.WithinBody } early)
        {
            _backend.Record(request, fault);
            await BreakEarlyAsync(early, head).ConfigureAwait(false);
            return false;
        }
        RequestBody.CheckLength(head.ContentLength ?? 0);
        if (head.ExpectsContinue)
            await _writer.WriteContinueAsync(_dropped).ConfigureAwait(false);
        request = request.WithBody(await RequestBody.ReadAsync(head, _reader, _dropped).ConfigureAwait(false));
        _backend.Record(request, fault);
        if (fault is ConnectionFault broken)
        {
            if (broken.Moment == FaultMoment.InsteadOfAnswer)
                _backend.Apply(request);
            await BreakAsync(broken.How).ConfigureAwait(false);
            return false;
        }
        var response = await _backend.HandleAsync(request, fault, _dropped).ConfigureAwait(false);
        return await AnswerAsync(response, fault as BodyFault, head.WantsClose).ConfigureAwait(false);
    }

    private async ValueTask<bool> AnswerAsync(ApiResponse response, BodyFault? fault, bool close)
    {
        var cutter = fault?.Place.Cutter();
        if (response.Stream is null)
            await _writer.WriteAsync(response, close, cutter, _dropped).ConfigureAwait(false);
        else if (!await StreamAsync(response, close, cutter).ConfigureAwait(false))
            return false;
        if (cutter is { IsReached: true })
        {
            await BreakAsync(fault!.How).ConfigureAwait(false);
            return false;
        }
        if (close)
            Close();
        return !close;
    }

    /// <returns>False if the client went away.</returns>
    private async ValueTask<bool> StreamAsync(ApiResponse response, bool close, BodyCutter? cutter)
    {
        await _writer.WriteStreamHeadAsync(response, close, _dropped).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_dropped);
        var gone = CancelWhenGoneAsync(stop);
        try
        {
            await foreach (var part in response.Stream!.WithCancellation(stop.Token).ConfigureAwait(false))
            {
                var passed = cutter?.Pass(part) ?? part;
                if (!passed.IsEmpty)
                    await _writer.WriteChunkAsync(passed, part.Length, stop.Token).ConfigureAwait(false);
                if (cutter is { IsReached: true })
                    return true;
            }
            await _writer.WriteLastChunkAsync(stop.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!_dropped.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await gone.ConfigureAwait(false);
        }
    }

    private async Task CancelWhenGoneAsync(CancellationTokenSource stop)
    {
        try
        {
            if (await _reader.WaitForEndAsync(stop.Token).ConfigureAwait(false))
                await stop.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The answer is complete.
        }
    }

    private async ValueTask BreakEarlyAsync(ConnectionFault fault, RequestHead head)
    {
        if (fault.Moment == FaultMoment.WithinBody && (head.IsChunked || head.ContentLength > 0))
            await _reader.WaitForAnyAsync(_dropped).ConfigureAwait(false);
        Reset();
    }

    private async ValueTask BreakAsync(HowToClose how)
    {
        if (how == HowToClose.Close)
            Close();
        else if (how == HowToClose.Never)
            await _reader.DrainAsync(long.MaxValue, _dropped).ConfigureAwait(false);
        else
            Reset();
    }

    /// <summary>Ends the connection (FIN).</summary>
    private void Close()
    {
        _socket.Shutdown(SocketShutdown.Both);
        _socket.Dispose();
    }

    private async ValueTask RefuseAsync(BadRequestException error)
    {
        var response = error.StatusCode == 413
            ? ApiStatus.Failure(413, "RequestEntityTooLarge", error.Message).ToResponse()
            : ApiResponse.Text(error.StatusCode, error.Message + "\n");
        await _writer.WriteAsync(response, close: true, cutter: null, _dropped).ConfigureAwait(false);
        _socket.Shutdown(SocketShutdown.Send);
        await _reader.DrainAsync(MaximalDrain, _dropped).ConfigureAwait(false);
    }
}
