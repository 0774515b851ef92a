using System.Runtime.Versioning;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery.Spooling;

public sealed class SpoolingTests : IDisposable
{
    private readonly SpoolRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task What_an_outage_kept_from_the_server_is_written_by_the_next_process_with_its_times_and_its_count()
    {
        var outcomes = await _run.RecordAsync(ServerMood.Refuses, count: 5);
        Assert.All(outcomes, outcome => Assert.Equal(EventOutcomeKind.Spooled, outcome.Kind));
        Assert.All(outcomes, outcome => Assert.NotNull(outcome.Error));
        Assert.Empty(_run.Sink.Server.Events);
        Assert.Empty(_run.Observer.Failures);

        var (flushed, statistics) = await _run.SendAsync(later: TimeSpan.FromHours(30));

        Assert.True(flushed.IsComplete);
        Assert.Equal((5, 1, 4), (statistics.Recorded, statistics.Created, statistics.Counted));
        Assert.Equal(5, _run.Event.Count);
        Assert.Equal(SampleEvents.Noon, _run.Event.FirstTimestamp);
        Assert.Equal(SampleEvents.Noon, _run.Event.LastTimestamp);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task A_broadcaster_is_idle_when_nothing_is_pending_and_nothing_of_its_own_is_known_or_may_be_in_the_spool()
    {
        await _run.RecordAsync(ServerMood.Refuses);
        await using (var other = _run.Start(options => options with { Spool = options.Spool! with { User = "another" } }))
        {
            await other.FlushAsync();
            Assert.True(other.IsIdle);
            await other.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp);
            Assert.Equal((2, false), (_run.Files.Length, other.IsIdle));
        }

        await using var broadcaster = _run.Start();
        Assert.False(broadcaster.IsIdle);
        await broadcaster.FlushAsync();
        Assert.False(broadcaster.IsIdle);
        _run.Sink.Mood = ServerMood.Up;
        await broadcaster.FlushAsync();
        Assert.Equal((1, true), (_run.Files.Length, broadcaster.IsIdle));
    }

    [Theory]
    [InlineData(EventApiVersion.CoreV1)]
    [InlineData(EventApiVersion.EventsV1)]
    public async Task It_is_counted_up_on_an_event_that_is_there(string apiVersion)
    {
        await _run.RecordAsync(ServerMood.Up, 2, options => options with { ApiVersion = apiVersion });
        await _run.RecordAsync(ServerMood.Refuses, 3, options => options with { ApiVersion = apiVersion });

        // The group is that of the series, whatever the next process prefers.
        await _run.SendAsync();

        Assert.Equal(apiVersion, _run.Event.ApiVersion);
        Assert.Equal(5, _run.Event.Count);
    }

    [Fact]
    public async Task A_flush_says_that_the_spool_cannot_be_used()
    {
        await File.WriteAllTextAsync(_run.Directory, "a file, not a directory");
        var (flushed, _) = await _run.SendAsync();
        Assert.Contains(_run.Directory, flushed.SpoolFault, StringComparison.Ordinal);
        Assert.False(flushed.IsComplete);

        File.Delete(_run.Directory);
        (flushed, _) = await _run.SendAsync();
        Assert.Null(flushed.SpoolFault);
        Assert.True(flushed.IsComplete);
    }

    [Fact]
    public async Task A_flush_that_cannot_look_into_the_spool_says_so_and_not_that_it_is_empty()
    {
        await _run.RecordAsync(ServerMood.Refuses);
        var fails = false;
        await using var broadcaster = _run.Start(options => options with { Spool = _run.Spool with { ListFiles = directory => fails ? throw TooManyFiles() : directory.EnumerateFiles() } });
        Assert.Equal((1, null), await broadcaster.FlushAsync() is var before ? (before.Spooled, before.SpoolFault) : default);
        fails = true;

        // Without time for a round of its own.
        var flushed = await broadcaster.FlushAsync(TimeSpan.Zero);

        Assert.Equal(TooManyFiles().Message, flushed.SpoolFault);
        Assert.False(flushed.IsComplete);
    }

    [Theory]
    [InlineData(ServerMood.LosesAnswers)]
    [InlineData(ServerMood.LosesRequests)]
    public async Task A_lost_answer_is_resolved_by_whoever_sends_it(ServerMood mood)
    {
        await _run.RecordAsync(ServerMood.Up, 2);
        await _run.RecordAsync(mood, 3);
        Assert.StartsWith("sent", await File.ReadAllTextAsync(_run.Files[0]), StringComparison.Ordinal);

        await _run.SendAsync(mood);
        await _run.SendAsync();

        Assert.Equal(5, _run.Event.Count);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task Later_writes_of_the_same_series_leave_the_mark_of_a_lost_one_alone()
    {
        // In one broadcaster: a write whose answer is lost is spooled, and the series goes on before the entry is sent.
        await using var broadcaster = _run.Start();
        var recorder = broadcaster.NewRecorder("RedisOperator");
        _run.Sink.Mood = ServerMood.LosesAnswers;
        var lost = recorder.RecordAsync(SpoolRun.ScaledUp);
        Assert.Equal(EventOutcomeKind.Spooled, (await lost).Kind);
        using var held = new HeldEntry(Assert.Single(_run.Files));
        _run.Sink.Mood = ServerMood.Up;
        Assert.Equal(EventOutcomeKind.Counted, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Kind);
        Assert.Equal(EventOutcomeKind.Counted, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Kind);
        held.Dispose();

        await _run.SendAsync();

        Assert.Equal(3, _run.Event.Count);
    }

    [Fact]
    public async Task So_does_a_series_that_was_forgotten_in_between()
    {
        await using var broadcaster = _run.Start(options => options with { IdleSeriesCapacity = 0 });
        var recorder = broadcaster.NewRecorder("RedisOperator");
        _run.Sink.Mood = ServerMood.LosesAnswers;
        var lost = recorder.RecordAsync(SpoolRun.ScaledUp);
        Assert.Equal(EventOutcomeKind.Spooled, (await lost).Kind);

        using var held = new HeldEntry(Assert.Single(_run.Files));
        _run.Sink.Mood = ServerMood.Up;
        await recorder.RecordAsync(SpoolRun.ScaledUp);
        await recorder.RecordAsync(SpoolRun.ScaledUp);
        held.Dispose();

        await _run.SendAsync();

        Assert.Equal(3, _run.Event.Count);
    }

    [Fact]
    public async Task A_passing_error_leaves_an_entry_as_it_was()
    {
        await _run.RecordAsync(ServerMood.Refuses);
        await _run.SendAsync(ServerMood.Refuses);
        var (flushed, _) = await _run.SendAsync(ServerMood.Refuses, TimeSpan.FromHours(5));

        Assert.Equal(1, flushed.Spooled);
        Assert.False(flushed.IsComplete);
        Assert.StartsWith("unsent", await File.ReadAllTextAsync(_run.Files[0]), StringComparison.Ordinal);
        Assert.Equal(1, (await _run.SendAsync()).Statistics.Created);
    }

    [Fact]
    public async Task A_server_that_loses_everything_makes_no_entry_uncertain()
    {
        await _run.RecordAsync(ServerMood.Refuses);

        await _run.SendAsync(ServerMood.LosesEverything);

        Assert.StartsWith("unsent", await File.ReadAllTextAsync(_run.Files[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_have_been_applied_longer_ago_than_an_event_lives_is_unknown_and_never_sent_again()
    {
        await _run.RecordAsync(ServerMood.LosesRequests, 2);
        var before = _run.Sink.Requests;

        var (flushed, statistics) = await _run.SendAsync(later: TimeSpan.FromMinutes(61));

        Assert.Equal(before, _run.Sink.Requests);
        // Both may have gone in one request or each in its own. The sweep of the start finds them, or the flush; whoever does tells it, and nothing is left.
        Assert.Equal((0, 0), (flushed.Spooled, flushed.Pending));
        Assert.Equal(2, statistics.Unknown);
        Assert.All(_run.Observer.Failures, failure => Assert.Equal((EventFailureKind.Unknown, "ScaledUp"), (failure.Kind, failure.Occurrence!.Reason)));
        Assert.Equal(2, _run.Observer.Failures.Sum(failure => failure.Count));
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task What_was_never_sent_may_be_older_than_that_but_not_older_than_allowed()
    {
        await _run.RecordAsync(ServerMood.Refuses);

        await _run.SendAsync(later: TimeSpan.FromDays(8));

        var failure = Assert.Single(_run.Observer.Failures);
        Assert.Equal(EventFailureKind.Failed, failure.Kind);
        Assert.IsType<SpoolException>(failure.Error);
        Assert.Empty(_run.Sink.Server.Events);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task What_the_server_refuses_is_reported_and_gone()
    {
        await _run.RecordAsync(ServerMood.Refuses, 4);

        var (flushed, _) = await _run.SendAsync(ServerMood.SaysNo);

        Assert.All(_run.Observer.Failures, failure => Assert.Equal(EventFailureKind.Refused, failure.Kind));
        Assert.Equal(4, _run.Observer.Failures.Sum(failure => failure.Count));
        Assert.Equal(0, flushed.Spooled);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task What_the_server_refuses_at_once_is_not_kept()
    {
        var outcomes = await _run.RecordAsync(ServerMood.SaysNo);

        Assert.Equal(EventOutcomeKind.Refused, outcomes[0].Kind);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task The_statistics_of_both_processes_add_up()
    {
        _run.Sink.Mood = ServerMood.Refuses;
        await using (var first = _run.Start())
        {
            for (var i = 0; i < 100; i++)
                first.NewRecorder("RedisOperator").Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"replicas set to {i % 10}");
            await first.DisposeAsync();
            Assert.Equal((100, 100, 0), (first.Statistics.Recorded, first.Statistics.Spooled, first.Statistics.Pending));
        }

        _run.Sink.Mood = ServerMood.Up;
        await using var second = _run.Start();
        await second.FlushAsync();

        Assert.Equal((100, 10, 90, 0), (second.Statistics.Recorded, second.Statistics.Created, second.Statistics.Counted, second.Statistics.Pending));
        Assert.All(_run.Sink.Server.Events, kubeEvent => Assert.Equal(10, kubeEvent.Count));
    }

    [Fact]
    public async Task Entries_of_others_are_left_and_reported_once()
    {
        await _run.RecordAsync(ServerMood.Refuses, 3, options => options with { Spool = _run.Spool with { User = "somebody else" } });

        var (flushed, _) = await _run.SendAsync();

        Assert.Equal((0, 3, true), (flushed.Spooled, flushed.SpooledForOthers, flushed.IsComplete));
        Assert.Contains(_run.Observer.Notices, notice => notice.StartsWith("3 occurrences of another cluster or user", StringComparison.Ordinal));
        Assert.NotEmpty(_run.Files);
        Assert.Empty(_run.Sink.Server.Events);
    }

    [Fact]
    public async Task A_damaged_entry_is_set_aside_and_has_failed_and_stops_nobody()
    {
        await _run.RecordAsync(ServerMood.Refuses, 3);
        var damaged = _run.Files;
        await _run.RecordAsync(ServerMood.Refuses);
        foreach (var file in damaged)
            await File.WriteAllTextAsync(file, "power was lost");

        // Held until the sweep of the start is over, so that the flush finds them.
        var held = damaged.Select(file => new HeldEntry(file)).ToList();
        _run.Sink.Mood = ServerMood.Up;
        await using var broadcaster = _run.Start();
        await broadcaster.FlushAsync();
        held.ForEach(entry => entry.Dispose());
        var flushed = await broadcaster.FlushAsync();

        Assert.Equal(1, _run.Event.Count);
        Assert.Equal(damaged.Select(file => file + ".damaged").Order(), _run.Files.Order());
        Assert.False(flushed.IsComplete);
        Assert.Equal(3, flushed.Failures.Sum(failure => failure.Count));
        Assert.Equal((4, 1, 3, 0), (broadcaster.Statistics.Recorded, broadcaster.Statistics.Created, broadcaster.Statistics.Failed, broadcaster.Statistics.Pending));
        Assert.Equal(flushed.Failures, _run.Observer.Failures);
        Assert.All(flushed.Failures, failure => Assert.Contains(".damaged: ", Assert.IsType<SpoolException>(failure.Error).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_only_core_v1_takes_is_kept_for_it_where_new_series_are_written_through_the_other_group(bool wasTried)
    {
        var sink = new FaultySink { Fault = static request => request.ApiVersion == EventApiVersion.CoreV1 ? SinkFault.Answer(ApiErrors.Forbidden("create")) : null };
        await using (var broadcaster = _run.Start(sink: sink))
        {
            var recorder = broadcaster.NewRecorder("RedisOperator");
            Assert.Equal(EventApiVersion.EventsV1, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Event!.ApiVersion);
            sink.Fault = wasTried ? _ => SinkFault.Answer(new EventStoreException("connection refused") { WasNotSent = true }) : _ => SinkFault.Hang();
            if (!wasTried)
            {
                recorder.TryRecord(SpoolRun.ScaledUp);
                await broadcaster.FlushOrKeepAsync(TimeSpan.Zero, TimeSpan.FromSeconds(30));
            }

            var outcome = await recorder.RecordAsync(SpoolRun.ScaledUp with { Reason = new string('R', 129) });
            Assert.Equal((EventOutcomeKind.Spooled, wasTried ? 1 : 0), (outcome.Kind, outcome.Attempts));
        }

        sink.Fault = static _ => null;
        await using var next = _run.Start(sink: sink);
        Assert.True((await next.FlushAsync()).IsComplete);

        Assert.Empty(_run.Files);
        Assert.Empty(_run.Observer.Failures);
        Assert.Equal(EventApiVersion.CoreV1, Assert.Single(sink.Server.Events, kubeEvent => kubeEvent.Reason!.Length == 129).ApiVersion);
    }

    [Fact]
    public async Task What_cannot_be_kept_says_why_it_was_not_written_and_why_it_was_not_kept()
    {
        var outcomes = await _run.RecordAsync(ServerMood.Refuses, 1, options => options with { Spool = _run.Spool with { CreateFile = FullDisk.Create } });

        Assert.Equal(EventOutcomeKind.Failed, outcomes[0].Kind);
        var error = Assert.IsType<SpoolException>(outcomes[0].Error);
        Assert.Contains("connection refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Same(error, Assert.Single(_run.Observer.Failures).Error);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_an_error_that_says_so_and_keeps_the_outcome_unknown()
    {
        static Stream ReadOnly(string path, FileStreamOptions options) => throw new UnauthorizedAccessException($"Access to the path '{path}' is denied: read-only file system");

        var outcomes = await _run.RecordAsync(ServerMood.LosesRequests, 1, options => options with { Spool = _run.Spool with { CreateFile = ReadOnly } });

        Assert.Equal(EventOutcomeKind.Unknown, outcomes[0].Kind);
        Assert.Contains("read-only", outcomes[0].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_broadcasters_send_each_entry_once()
    {
        for (var i = 0; i < 30; i++)
            await _run.RecordAsync(i % 2 == 0 ? ServerMood.Refuses : ServerMood.LosesAnswers, 1, occurrence: SpoolRun.ScaledUp with { Message = $"replicas set to {i % 15}" });
        _run.Sink.Mood = ServerMood.Up;

        var senders = Enumerable.Range(0, 4).Select(_ => _run.Start()).ToArray();
        await Task.WhenAll(senders.Select(sender => sender.FlushAsync()));
        foreach (var sender in senders)
            await sender.DisposeAsync();

        Assert.Equal(15, _run.Sink.Server.Events.Count);
        Assert.All(_run.Sink.Server.Events, kubeEvent => Assert.Equal(2, kubeEvent.Count));
        // Those of the loop above may have sent some already: all of them tell the same observer.
        Assert.Equal(30, _run.Observer.Outcomes.Where(settled => settled.Outcome.IsOnServer).Sum(settled => settled.Count));
        Assert.Empty(_run.Observer.Failures);
        Assert.Empty(_run.Files);
    }

    [Fact]
    public async Task The_first_success_after_an_outage_sends_what_is_there()
    {
        await using var broadcaster = _run.Start();
        var recorder = broadcaster.NewRecorder("RedisOperator");
        _run.Sink.Mood = ServerMood.Refuses;
        var during = recorder.RecordAsync(SpoolRun.ScaledUp);
        Assert.Equal(EventOutcomeKind.Spooled, (await during).Kind);

        _run.Sink.Mood = ServerMood.Up;
        await recorder.RecordAsync(SpoolRun.ScaledUp with { Message = "the server is back" });

        await SpoolRun.Until(() => broadcaster.Statistics is { Recorded: 3, Created: 2, Spooled: 1, Pending: 0 } && _run.Files.Length == 0);
    }

    [Fact]
    public async Task A_look_at_what_others_have_puts_off_no_other()
    {
        await using var broadcaster = _run.Start();
        var recorder = broadcaster.NewRecorder("RedisOperator");
        _run.Sink.Mood = ServerMood.Refuses;
        Assert.Equal(EventOutcomeKind.Spooled, (await recorder.RecordAsync(SpoolRun.ScaledUp)).Kind);
        var directory = new SpoolDirectory(_run.Spool, TimeProvider.System);
        using (directory.TryOpen(Assert.Single(directory.List())))
            Assert.Equal(1, (await broadcaster.FlushAsync()).Spooled);

        _run.Sink.Mood = ServerMood.Up;
        await recorder.RecordAsync(SpoolRun.ScaledUp with { Message = "the server is back" });

        await SpoolRun.Until(() => broadcaster.Statistics is { Recorded: 3, Created: 2, Spooled: 1, Pending: 0 } && _run.Files.Length == 0);
    }

    [Fact]
    public async Task Nothing_but_time_sends_it_as_well()
    {
        _run.Time = new ShiftedTimeProvider(TimeSpan.Zero) { SkipsLongWaits = true };
        await using var broadcaster = _run.Start();
        _run.Sink.Mood = ServerMood.Refuses;
        var during = broadcaster.NewRecorder("RedisOperator").RecordAsync(SpoolRun.ScaledUp);
        Assert.Equal(EventOutcomeKind.Spooled, (await during).Kind);

        _run.Sink.Mood = ServerMood.Up;

        await SpoolRun.Until(() => broadcaster.Statistics.Created == 1);
    }

    [Fact]
    public async Task So_it_does_where_nobody_can_say_after_a_round_whether_something_is_left()
    {
        await _run.RecordAsync(ServerMood.Refuses);
        var looks = 0;
        _run.Time = new ShiftedTimeProvider(TimeSpan.Zero) { SkipsLongWaits = true };
        await using var broadcaster = _run.Start(options => options with
        {
            Spool = _run.Spool with { ListFiles = directory => Interlocked.Increment(ref looks) == 2 ? throw TooManyFiles() : directory.EnumerateFiles() },
        });
        await SpoolRun.Until(() => Volatile.Read(ref looks) >= 2);

        _run.Sink.Mood = ServerMood.Up;

        await SpoolRun.Until(() => broadcaster.Statistics.Created == 1);
        Assert.Contains(TooManyFiles().Message, Assert.Single(_run.Observer.Warnings), StringComparison.Ordinal);
    }

    [UnixFact("On Windows rights are changed by another program.")]
    [UnsupportedOSPlatform("windows")]
    public async Task So_it_does_after_a_fault_of_the_directory()
    {
        await _run.RecordAsync(ServerMood.Refuses);
        File.SetUnixFileMode(_run.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        _run.Sink.Mood = ServerMood.Up;
        _run.Time = new ShiftedTimeProvider(TimeSpan.Zero) { SkipsLongWaits = true };
        await using var broadcaster = _run.Start();
        await SpoolRun.Until(() => _run.Observer.Warnings.Any(notice => notice.Contains("chmod 700", StringComparison.Ordinal)));

        File.SetUnixFileMode(_run.Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await SpoolRun.Until(() => broadcaster.Statistics.Created == 1);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(2, 0, 1)]
    public async Task What_had_been_applied_is_created_or_counted_as_it_was(int before, long created, long counted)
    {
        if (before > 0)
            await _run.RecordAsync(ServerMood.Up, before);
        await _run.RecordAsync(ServerMood.LosesAnswers);

        var (_, statistics) = await _run.SendAsync();

        Assert.Equal((created, counted), (statistics.Created, statistics.Counted));
        Assert.Equal(before + 1, _run.Event.Count);
    }

    [Fact]
    public async Task What_waits_in_the_intake_at_the_end_is_kept_too()
    {
        _run.Sink.Mood = ServerMood.Hangs;
        await using var broadcaster = _run.Start(options => options with { SeriesCapacity = 2 });
        var recorder = broadcaster.NewRecorder("RedisOperator");
        for (var i = 0; i < 1000; i++)
            Assert.True(recorder.Event(SampleEvents.Redis, EventType.Normal, "ScaledUp", $"replicas set to {i % 100}"));
        await broadcaster.DisposeAsync();

        Assert.Equal((1000, 1000), (broadcaster.Statistics.Recorded, broadcaster.Statistics.Spooled));
        Assert.InRange(_run.Files.Length, 100, 110);
        Assert.Equal(1000, (await _run.SendAsync()).Statistics.Recorded);
        Assert.Equal(100, _run.Sink.Server.Events.Count);
        Assert.All(_run.Sink.Server.Events, kubeEvent => Assert.Equal(10, kubeEvent.Count));
    }

    private static IOException TooManyFiles() => new("Too many open files");
}
