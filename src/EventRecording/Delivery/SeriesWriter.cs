namespace EventRecording;

/// <summary>Brings one write to the server, by the requests that <see cref="WriteProtocol"/> asks for.</summary>
/// <remarks>The caller owns the write and its series while this runs. What is tried again later is decided by the caller's schedule.</remarks>
internal sealed class SeriesWriter(IEventSink sink, ServerCapabilities capabilities, EventBroadcasterOptions options, MonotonicClock clock)
{
    private readonly EventBody _body = new(options);
    private readonly WriteProtocol _protocol = new(capabilities, new EventPlacement(capabilities, options), clock, options.WriteDeadline, hasSpool: options.Spool is not null);

    /// <summary>Tries a write until it is settled or has to wait: one request after the other, as the answers ask for it.</summary>
    public async ValueTask<WriteResult> TryWriteAsync(SeriesWrite write, RequestCancellation requests)
    {
        _protocol.Begin(write);
        var activity = RecorderInstruments.StartTry(write);
        WriteResult? result = null;
        // One method for all requests: each layer between the loop and the sink costs a write some microseconds.
        while (result is null)
        {
            try
            {
                result = _protocol.Choose(write) ?? _protocol.Hear(write, await SendAsync(write, requests).ConfigureAwait(false), requests.IsAborted);
            }
#pragma warning disable CA1031 // Whatever a sink throws is an outcome, never the end of the loop.
            catch (Exception error)
#pragma warning restore CA1031
            {
                result = _protocol.Hear(write, error, requests.IsAborted);
            }
        }

        requests.End();
        _protocol.End(write, result);
        RecorderInstruments.End(activity, result);
        return result;
    }

    private ValueTask<KubeEvent> SendAsync(SeriesWrite write, RequestCancellation requests) => write.Step switch
    {
        WriteStep.Create => CreateAsync(write, write.Series.Event!, requests),
        WriteStep.CountUp => CountUpAsync(write, write.Series.Event!, requests),
        WriteStep.AskRole => sink.PatchAsync(write.Series.Event!.ToRead() with { Name = write.AskedEvent! }, Begin(write, requests)),
        _ => ReadAsync(write, write.Series.Event!, requests),
    };

    private ValueTask<KubeEvent> CreateAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        var now = clock.TimeOfDay;
        var highest = write.CreatesOnly ? 0 : known.HighestCount;
        var count = (int)Math.Min(int.MaxValue, (long)highest + write.Batch.Changes);
        var first = highest > 0 && known.First < write.Batch.First ? known.First : write.Batch.First;
        write.Created = _body.Create(write, known, count, first, now);
        write.Sending(now);
        return sink.CreateAsync(write.Created, Begin(write, requests));
    }

    private ValueTask<KubeEvent> CountUpAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests)
    {
        write.Batch.Values?.ComeAfter(known.Value);
        var now = clock.TimeOfDay;
        var patch = _body.CountUp(write, known, now);
        // A patch whose answer was lost is sent again under the version it named: the server applies one of the two, and answers 409 to the other.
        write.Sending(now);
        return sink.PatchAsync(patch, Begin(write, requests));
    }

    private ValueTask<KubeEvent> ReadAsync(SeriesWrite write, KnownEvent known, RequestCancellation requests) =>
        sink.PatchAsync(known.ToRead(), Begin(write, requests));

    private CancellationToken Begin(SeriesWrite write, RequestCancellation requests) => requests.Begin(write.Deadline - clock.Now);
}
