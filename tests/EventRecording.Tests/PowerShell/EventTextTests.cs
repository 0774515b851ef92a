using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class EventTextTests
{
    [Fact]
    public void A_since_that_is_yet_to_come_is_said_in_the_zone_it_was_given_in() => Assert.Equal(
        "-Since is 2026-11-20T22:00:00+01:00, which is yet to come: nothing has happened since then.",
        EventText.YetToCome(new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.FromHours(1)), SampleEvents.Noon));

    [Fact]
    public void One_that_clocks_may_disagree_about_is_not_nor_is_none()
    {
        Assert.Null(EventText.YetToCome(SampleEvents.Noon.AddMinutes(1), SampleEvents.Noon));
        Assert.Null(EventText.YetToCome(null, SampleEvents.Noon));
    }
}
