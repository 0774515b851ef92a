using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

/// <summary>What an entry says of the server, and so of the entries after it.</summary>
public sealed class SpoolRoundTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SpoolRun _run = new();
    private readonly FaultySink _sink = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task An_entry_that_is_too_old_says_nothing_of_the_server_and_makes_no_other_uncertain()
    {
        await KeepAsync(ServerMood.LosesRequests, 1);
        await KeepAsync(ServerMood.Refuses, 5);
        var before = _run.Sink.Requests;

        var (flushed, statistics) = await _run.SendAsync(ServerMood.LosesEverything, later: TimeSpan.FromMinutes(61));

        Assert.Equal((1, 5), (statistics.Unknown, flushed.Spooled));
        Assert.All(_run.Files, file => Assert.StartsWith("unsent", File.ReadAllText(file), StringComparison.Ordinal));
        // The sweep of the start asked, if it came first, and that of the flush.
        Assert.InRange(_run.Sink.Requests - before, 1, 2);
    }

    [Fact]
    public async Task Entries_that_cannot_be_opened_hold_up_no_other_and_are_told_once()
    {
        await KeepAsync(ServerMood.Refuses, 6);
        var locked = _run.Files;
        foreach (var file in locked)
            Lock(file);
        await KeepAsync(ServerMood.Refuses, 14, "later");

        try
        {
            var (flushed, statistics) = await _run.SendAsync();

            Assert.Equal((14, 14, 6), (statistics.Recorded, statistics.Created, flushed.Spooled));
            Assert.Equal(locked.Order(), _run.Files.Order());
            Assert.Contains("cannot be used", Assert.Single(_run.Observer.Warnings), StringComparison.Ordinal);
            Assert.Contains("cannot be used", flushed.SpoolFault, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var file in locked)
                Unlock(file);
        }
    }

    [Theory]
    [InlineData(true, "unsent")]
    [InlineData(false, "sent")]
    public async Task A_sink_that_does_not_hear_its_token_suspends_neither_the_disposal_nor_a_flush(bool hangsOnTheQuestion, string state)
    {
        _sink.Fault = _ => SinkFault.Answer(new EventStoreException("connection refused") { WasNotSent = true });
        var broadcaster = _run.Start(sink: _sink);
        Assert.Equal(EventOutcomeKind.Spooled, (await broadcaster.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp)).Kind);
        await broadcaster.FlushAsync();
        _sink.Fault = request => request.IsRead == hangsOnTheQuestion ? SinkFault.Hang(ignoresCancellation: true) : null;
        var flush = broadcaster.FlushAsync();
        await SpoolRun.Until(() => _sink.Requests[^1].IsRead == hangsOnTheQuestion && !flush.IsCompleted);

        await broadcaster.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal(1, (await flush.WaitAsync(Patience)).Spooled);
        Assert.StartsWith(state, await File.ReadAllTextAsync(Assert.Single(_run.Files)), StringComparison.Ordinal);
        await _run.SendAsync();
        Assert.Equal(1, _run.Event.Count);
        Assert.Empty(_run.Files);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_answers_with_success_makes_no_entry_uncertain(bool answersNull)
    {
        await KeepAsync(ServerMood.Refuses, 3);
        _sink.Fault = _ => SinkFault.Says((_, _) => new(answersNull ? null! : new KubeEvent()));
        await using (var broadcaster = _run.Start(sink: _sink))
            Assert.Equal(3, (await broadcaster.FlushAsync()).Spooled);

        Assert.All(_sink.Requests, request => Assert.True(request.IsRead));
        Assert.All(_run.Files, file => Assert.StartsWith("unsent", File.ReadAllText(file), StringComparison.Ordinal));
        await _run.SendAsync(later: TimeSpan.FromMinutes(61));
        Assert.Equal(3, _run.Sink.Server.Events.Count);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task An_outage_of_authentication_loses_nothing_that_one_of_the_server_would_not()
    {
        _sink.Fault = _ => SinkFault.Answer(ApiErrors.Of(401, "Unauthorized"));
        await using (var broadcaster = _run.Start(sink: _sink))
        {
            var recorder = broadcaster.NewRecorder("RedisOperator");
            Assert.Equal((EventOutcomeKind.Spooled, 1), await recorder.RecordAsync(SpoolRun.ScaledUp) is var kept ? (kept.Kind, kept.Attempts) : default);
            // What comes late may be of no use: nothing keeps it.
            Assert.Equal(EventOutcomeKind.Refused, (await recorder.RecordAsync(SpoolRun.ScaledUp with { OnChange = "3" })).Kind);
            Assert.Equal(1, (await broadcaster.FlushAsync()).Spooled);
        }

        Assert.StartsWith("unsent", await File.ReadAllTextAsync(Assert.Single(_run.Files)), StringComparison.Ordinal);
        await _run.SendAsync();
        Assert.Equal(1, _run.Event.Count);
        Assert.Empty(_run.Files);
    }

    /// <summary>Processes that keep so many entries, and tell nobody.</summary>
    private async Task KeepAsync(ServerMood mood, int count, string what = "first")
    {
        for (var i = 0; i < count; i++)
            await _run.RecordAsync(mood, configure: options => options with { Observers = [] }, occurrence: SpoolRun.ScaledUp with { Message = $"{what} {i}" });
    }

    // Not even root opens a link to itself.
    private static void Lock(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(file, FileAttributes.ReadOnly);
            return;
        }

        File.Delete(file);
        File.CreateSymbolicLink(file, file);
    }

    private static void Unlock(string file)
    {
        if (OperatingSystem.IsWindows())
            File.SetAttributes(file, FileAttributes.Normal);
    }
}
