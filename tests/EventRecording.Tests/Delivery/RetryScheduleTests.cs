using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

public class RetryScheduleTests
{
    private static readonly DateTime Now = SampleEvents.Noon.UtcDateTime;

    [Theory]
    [InlineData(503, 1, 0.1, 0.2)]
    [InlineData(503, 3, 0.4, 0.8)]
    [InlineData(503, 20, 5, 10)]
    [InlineData(409, 1, 0.1, 0.2)]
    [InlineData(409, 20, 0.5, 1)]
    public void Waits_double_up_to_a_bound_that_is_low_where_only_others_were_quicker(int code, int attempts, double least, double most)
    {
        var schedule = new RetrySchedule(new Random(1));
        for (var i = 0; i < 100; i++)
            Assert.InRange((schedule.Next(attempts, ApiErrors.Of(code, "Conflict"), Now, Now.AddHours(1))!.Value - Now).TotalSeconds, least, most);
    }
}
