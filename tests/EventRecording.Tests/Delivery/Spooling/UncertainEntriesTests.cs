using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>Entries whose request may have been applied, or may still be.</summary>
public sealed class UncertainEntriesTests : IDisposable
{
    private readonly SpoolRun _run = new();
    private readonly FaultySink _sink = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task With_create_alone_whoever_goes_on_knows_the_name_that_was_tried()
    {
        await RecordAsync();
        _sink.Fault = _ => SinkFault.Answer(new EventStoreException("connection refused") { WasNotSent = true });
        await RecordAsync();
        // The role may create only; the answer to the create under a name of its own is lost, and all that follows.
        var isLost = false;
        _sink.Fault = request =>
        {
            if (isLost)
                return SinkFault.Lost();
            if (!request.IsCreate)
                return SinkFault.Answer(ApiErrors.Forbidden("patch"));
            isLost = request.Name != _sink.Server.Events[0].Name;
            return isLost ? SinkFault.LostAfterApplying() : null;
        };
        await SendAsync();
        Assert.Equal(2, _sink.Server.Events.Count);

        _sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        await SendAsync();

        Assert.Equal([1, 1], _sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task So_does_the_entry_that_a_recorder_gave_up_under_such_a_name()
    {
        _sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        await using (var broadcaster = _run.Start(sink: _sink))
        {
            var recorder = broadcaster.NewRecorder("RedisOperator");
            await recorder.RecordAsync(SpoolRun.ScaledUp);
            var isLost = false;
            _sink.Fault = request =>
            {
                if (isLost)
                    return SinkFault.Lost();
                if (!request.IsCreate)
                    return SinkFault.Answer(ApiErrors.Forbidden("patch"));
                isLost = true;
                return SinkFault.LostAfterApplying();
            };
            Assert.Equal(EventOutcomeKind.Spooled, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Kind);
        }

        _sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(ApiErrors.Forbidden("patch"));
        await SendAsync();

        Assert.Equal([1, 1], _sink.Server.Events.Select(kubeEvent => kubeEvent.Count));
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task A_patch_that_something_in_between_delivers_late_is_counted_once()
    {
        EventPatch? late = null;
        await using (var broadcaster = _run.Start(options => options with { WriteDeadline = TimeSpan.FromMilliseconds(250) }, _sink))
        {
            var recorder = broadcaster.NewRecorder("RedisOperator");
            await recorder.RecordAsync(SpoolRun.ScaledUp);
            // It can be read that the patch was not applied; that says nothing of what is still on its way.
            _sink.Fault = request => request.IsRead ? null : SinkFault.Answer(new EventStoreException("connection refused") { WasNotSent = true });
            _sink.Next(SinkFault.Says((request, _) =>
            {
                late = request.Patch;
                throw new HttpRequestException("something in between holds the request");
            }));
            Assert.Equal(EventOutcomeKind.Spooled, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Kind);
        }

        await _sink.Server.PatchAsync(late!, CancellationToken.None);
        _sink.Fault = static _ => null;
        await SendAsync();

        Assert.Equal(2, _sink.Event.Count);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task A_sender_that_reads_back_proves_nothing_either()
    {
        EventPatch? late = null;
        await using (var broadcaster = _run.Start(sink: _sink))
        {
            var recorder = broadcaster.NewRecorder("RedisOperator");
            await recorder.RecordAsync(SpoolRun.ScaledUp);
            _sink.Fault = _ => SinkFault.Answer(new EventStoreException("connection refused") { WasNotSent = true });
            _sink.Next(SinkFault.Says((request, _) =>
            {
                late = request.Patch;
                throw new HttpRequestException("something in between holds the request");
            }));
            Assert.Equal(EventOutcomeKind.Spooled, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Kind);
        }

        // Refused now; what is on its way was not.
        _sink.Fault = request => request.IsCountUp ? SinkFault.Answer(ApiErrors.Quota()) : null;
        await SendAsync();
        Assert.StartsWith("sent", await File.ReadAllTextAsync(Assert.Single(_run.Files)), StringComparison.Ordinal);
        Assert.Empty(_run.Observer.Failures);

        await _sink.Server.PatchAsync(late!, CancellationToken.None);
        _sink.Fault = static _ => null;
        await SendAsync();

        Assert.Equal(2, _sink.Event.Count);
        Assert.Empty(_run.Files);
    }

    private async Task RecordAsync()
    {
        await using var broadcaster = _run.Start(sink: _sink);
        await broadcaster.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp);
    }

    private async Task SendAsync()
    {
        await using var broadcaster = _run.Start(sink: _sink);
        await broadcaster.FlushAsync();
    }
}
