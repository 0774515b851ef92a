using EventRecording.Cluster;
using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class WriteTimeoutTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private readonly WriteTimeout _timeout = new(Timeout);

    [Theory]
    [InlineData(EventOutcomeKind.Failed)]
    [InlineData(EventOutcomeKind.Unknown)]
    [InlineData(EventOutcomeKind.Spooled)]
    public void An_outage_begins_with_the_first_write_that_ran_out_of_time(EventOutcomeKind outcome)
    {
        Assert.Equal(Timeout, _timeout.Current);
        _timeout.Saw(outcome);
        Assert.Equal(Short, _timeout.Current);
    }

    [Theory]
    [InlineData(EventOutcomeKind.Created)]
    [InlineData(EventOutcomeKind.Counted)]
    [InlineData(EventOutcomeKind.Unchanged)]
    [InlineData(EventOutcomeKind.Refused)]
    public void It_ends_with_any_answer_of_the_server(EventOutcomeKind outcome)
    {
        _timeout.Saw(EventOutcomeKind.Failed);
        _timeout.Saw(outcome);
        Assert.Equal(Timeout, _timeout.Current);
    }

    [Fact]
    public void An_object_that_cannot_be_looked_up_is_an_outage_and_one_that_is_not_there_is_none()
    {
        _timeout.Saw(new ResourceNotFoundException("gone"));
        Assert.Equal(Timeout, _timeout.Current);
        _timeout.Saw(new ClusterConnectionException(ClusterConnectionFailure.Unreachable, "away"));
        Assert.Equal(Short, _timeout.Current);
        _timeout.Saw(new ResourceNotFoundException("gone"));
        Assert.Equal(Short, _timeout.Current);
    }

    [Fact]
    public void It_is_never_longer_than_what_was_asked_for()
    {
        var hasty = new WriteTimeout(TimeSpan.FromMilliseconds(10));
        hasty.Saw(EventOutcomeKind.Failed);
        Assert.Equal(TimeSpan.FromMilliseconds(10), hasty.Current);
    }
}
