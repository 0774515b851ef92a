using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class DeadlineTests
{
    [Theory]
    [InlineData(10, 4, 6)]
    [InlineData(10, 10, 0)]
    [InlineData(10, 12, 0)]
    public void The_second_wait_has_what_the_first_one_left(int timeout, int first, int expected)
    {
        var time = new FakeTimeProvider();
        var deadline = new Deadline(time, TimeSpan.FromSeconds(timeout));
        time.Advance(TimeSpan.FromSeconds(first));
        Assert.Equal(TimeSpan.FromSeconds(expected), deadline.Left);
    }

    [Fact]
    public void Without_a_timeout_there_is_any_time() => Assert.Null(new Deadline(new FakeTimeProvider(), null).Left);
}
