using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

public class EventTableTests
{
    private static readonly DateTimeOffset Now = SampleEvents.Noon.AddHours(12);

    private static readonly KubeEvent Failed = SampleEvents.ScaledUp with
    {
        Name = "my-op-redis.2",
        Type = EventType.Warning,
        Reason = "缩容",
        Message = " two\nlines ",
        SourceHost = "node-1",
        CoreCount = 5,
        LastTimestamp = Now.AddSeconds(-5),
        InvolvedObject = SampleEvents.Redis with { FieldPath = "spec.replicas" },
    };

    [Fact]
    public void The_table_is_that_of_kubectl_get_events() => Assert.Equal(
        """
        LAST SEEN   TYPE      REASON     OBJECT              MESSAGE
        12h         Normal    ScaledUp   redis/my-op-redis   my-op-redis replicas set to 3
        5s          Warning   缩容         redis/my-op-redis   two\nlines
        """.Split('\n', StringSplitOptions.TrimEntries),
        new EventTable().Render([SampleEvents.ScaledUp, Failed], Now));

    [Fact]
    public void The_wide_table_with_namespaces_has_all_columns() => Assert.Equal(
        """
        NAMESPACE   LAST SEEN   TYPE      REASON     OBJECT              SUBOBJECT       SOURCE                  MESSAGE                         FIRST SEEN   COUNT   NAME
        wire        12h         Normal    ScaledUp   redis/my-op-redis                   RedisOperator           my-op-redis replicas set to 3   12h          1       my-op-redis.1
        wire        5s          Warning   缩容         redis/my-op-redis   spec.replicas   RedisOperator, node-1   two\nlines                      12h          5       my-op-redis.2
        """.Split('\n', StringSplitOptions.TrimEntries),
        new EventTable { ShowNamespace = true, Wide = true }.Render([SampleEvents.ScaledUp, Failed], Now));

    [Fact]
    public void Intervals_tell_how_often_and_since_when()
    {
        var lines = new EventTable { ShowIntervals = true }.Render([Failed], Now);

        Assert.StartsWith("5s (x5 over 12h)   Warning", lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_without_a_name_is_its_kind()
    {
        var nameless = SampleEvents.ScaledUp with { InvolvedObject = new ObjectReference { Kind = "Redis" } };

        Assert.Contains("   redis   ", new EventTable().Render([nameless], Now).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_events_there_is_no_table() => Assert.Empty(new EventTable().Render([], Now));

    [Fact]
    public void A_terminal_escape_in_any_field_becomes_visible()
    {
        const string Escape = "\u001b[2J";
        var hostile = new KubeEvent
        {
            Name = Escape,
            Namespace = Escape,
            Type = Escape,
            Reason = Escape,
            Message = Escape,
            SourceComponent = Escape,
            SourceHost = Escape,
            InvolvedObject = new ObjectReference { Kind = Escape, Name = Escape, FieldPath = Escape },
        };

        var text = string.Concat(new EventTable { ShowNamespace = true, Wide = true }.Render([hostile], Now).Concat(EventDescription.Render([hostile], Now)));

        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(14, text.Split("^[[2").Length - 1);
    }
}
