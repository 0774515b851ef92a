namespace EventRecording.Tests.Model;

public class KubeEventTests
{
    [Fact]
    public void An_event_makes_no_object_that_it_is_about() =>
        Assert.Same(new KubeEvent().InvolvedObject, new KubeEvent().InvolvedObject);
}
