using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class BackgroundWritesTests
{
    [Theory]
    [InlineData(EventOutcomeKind.Created, 2)]
    [InlineData(EventOutcomeKind.Counted, 2)]
    [InlineData(EventOutcomeKind.Unchanged, 2)]
    [InlineData(EventOutcomeKind.Spooled, 0)]
    [InlineData(EventOutcomeKind.Failed, 0)]
    public void What_a_recorder_wrote_or_found_unchanged_counts_as_written(EventOutcomeKind kind, int expected)
    {
        var writes = Clusters.NewWrites();
        writes.Everything.Settled(new EventOutcome { Kind = kind }, 2);
        Assert.Equal(expected, writes.TakeReport().Written);
    }

    [Fact]
    public async Task What_a_stopped_cmdlet_has_handed_over_counts_with_its_own_write()
    {
        var writes = Clusters.NewWrites();
        await writes.AddAsync(() => Task.FromResult<CmdletMessage>(new HandedOverMessage("ScaledUp is handed over.")), CancellationToken.None);
        await Task.WhenAll(writes.Pending());
        Assert.Equal(0, writes.TakeReport().Written);
    }

    [Fact]
    public void What_an_ended_runspace_left_is_reported_by_one()
    {
        var (left, one, other) = (Clusters.NewWrites(), Clusters.NewWrites(), Clusters.NewWrites());
        left.Fail(Refused(1), 2);
        left.Everything.Settled(new EventOutcome { Kind = EventOutcomeKind.Created }, 3);
        one.TakeOver(left);
        other.TakeOver(left);
        var (first, second) = (one.Report(), other.Report());
        Assert.Equal((3, 2, "refused 1"), (first.Written, first.Failed, Assert.Single(first.Errors).Error.Message));
        Assert.Equal((0, 0), (second.Written, second.Failed));
    }

    [Fact]
    public void What_is_settled_after_the_runspace_has_ended_is_reported_by_its_heir()
    {
        var (ended, heir) = (Clusters.NewWrites(), Clusters.NewWrites());
        ended.LeaveTo(heir);
        ended.Fail(Refused(1), 1);
        ended.Everything.Settled(new EventOutcome { Kind = EventOutcomeKind.Created }, 2);
        Assert.Equal((2, 1), (heir.Report().Written, heir.Report().Failed));
        Assert.Equal(0, ended.Report().Failed);
    }

    [Fact]
    public void An_ended_runspace_takes_nothing_over_that_its_heir_would_have_to_find_in_it()
    {
        var (ended, heir, left) = (Clusters.NewWrites(), Clusters.NewWrites(), Clusters.NewWrites());
        ended.LeaveTo(heir);
        heir.Fail(Refused(1), 1);
        left.Fail(Refused(2), 1);
        left.Everything.Settled(new EventOutcome { Kind = EventOutcomeKind.Created }, 2);
        ended.TakeOver(heir);
        ended.TakeOver(left);
        var report = heir.Report();
        Assert.Equal((2, 2, 0), (report.Written, report.Failed, ended.Report().Failed));
        Assert.Equal(["refused 1", "refused 2"], report.Errors.Select(error => error.Error.Message));
    }

    [Fact]
    public void Those_beyond_the_bound_are_one_error_also_where_some_were_told_or_taken_over()
    {
        var (left, writes) = (Clusters.NewWrites(), Clusters.NewWrites());
        for (var i = 0; i <= UntoldFailures.MostOneByOne; i++)
        {
            left.Fail(Refused(i), 1);
            writes.Fail(Refused(i), 1);
        }

        writes.Report().Errors[0].Told!();
        writes.Fail(Refused(-1), 1);
        writes.TakeOver(left);

        var report = writes.TakeReport();
        Assert.Equal(2 * (UntoldFailures.MostOneByOne + 1), report.Failed);
        Assert.StartsWith("More than 1000 writes failed", Assert.Single(report.Errors, it => !it.Error.Message.StartsWith("refused", StringComparison.Ordinal)).Error.Message, StringComparison.Ordinal);
        Assert.Empty(writes.Report().Errors);
    }

    private static CmdletError Refused(int number) => new(ErrorId.RequestRefused, CmdletErrorCategory.WriteError, $"refused {number}");
}
