using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

public class EventDescriptionTests
{
    private static readonly DateTimeOffset Now = SampleEvents.Noon.AddSeconds(72);

    [Fact]
    public void The_events_of_an_object_are_those_of_kubectl_describe()
    {
        var scaled = SampleEvents.ScaledUp with { CoreCount = 2, LastTimestamp = SampleEvents.Noon.AddSeconds(6) };
        var failed = SampleEvents.ScaledUp with { Type = EventType.Warning, Reason = "CreatePodFailed", Message = "no quota" };

        Assert.Equal(
            [
                "Events:",
                "  Type     Reason           Age                From           Message",
                "  ----     ------           ----               ----           -------",
                "  Warning  CreatePodFailed  72s                RedisOperator  no quota",
                "  Normal   ScaledUp         66s (x2 over 72s)  RedisOperator  my-op-redis replicas set to 3",
            ],
            EventDescription.Render([failed, scaled], Now));
    }

    [Fact]
    public void Without_events_there_are_none() => Assert.Equal(["Events:  <none>"], EventDescription.Render([], Now));
}
