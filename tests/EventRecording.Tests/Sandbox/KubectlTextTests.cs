using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

public class KubectlTextTests
{
    private static readonly DateTimeOffset Now = SampleEvents.Noon.AddSeconds(72);

    private static readonly KubeEvent Failed = SampleEvents.ScaledUp with
    {
        Type = EventType.Warning,
        Reason = "缩容",
        Message = " two\nlines ",
        CoreCount = 5,
        LastTimestamp = Now.AddSeconds(-5),
    };

    [Fact]
    public void The_table_is_that_of_kubectl_get_events() => Assert.Equal(
        """
        LAST SEEN   TYPE      REASON     OBJECT              MESSAGE
        72s         Normal    ScaledUp   redis/my-op-redis   my-op-redis replicas set to 3
        5s          Warning   缩容         redis/my-op-redis   two\nlines
        """.Split('\n', StringSplitOptions.TrimEntries),
        KubectlText.Table([SampleEvents.ScaledUp, Failed], Now));

    [Fact]
    public void The_events_of_an_object_are_those_of_kubectl_describe() => Assert.Equal(
        [
            "Events:",
            "  Type     Reason    Age               From           Message",
            "  ----     ------    ----              ----           -------",
            "  Normal   ScaledUp  72s               RedisOperator  my-op-redis replicas set to 3",
            "  Warning  缩容        5s (x5 over 72s)  RedisOperator  two\\nlines",
        ],
        KubectlText.Description([SampleEvents.ScaledUp, Failed], Now));

    [Fact]
    public void An_object_without_a_name_is_its_kind()
    {
        var nameless = SampleEvents.ScaledUp with { InvolvedObject = new ObjectReference { Kind = "Redis" } };

        Assert.Contains("   redis   ", KubectlText.Table([nameless], Now).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_events_there_is_no_table_and_none_to_describe()
    {
        Assert.Empty(KubectlText.Table([], Now));
        Assert.Equal(["Events:  <none>"], KubectlText.Description([], Now));
    }

    [Fact]
    public void A_terminal_escape_in_any_field_becomes_visible()
    {
        const string Escape = "\u001b[2J";
        var hostile = new KubeEvent
        {
            Type = Escape,
            Reason = Escape,
            Message = Escape,
            SourceComponent = Escape,
            InvolvedObject = new ObjectReference { Kind = Escape, Name = Escape },
        };

        var text = string.Concat(KubectlText.Table([hostile], Now).Concat(KubectlText.Description([hostile], Now)));

        Assert.DoesNotContain('\u001b', text);
        Assert.Equal(9, text.Split("^[[2").Length - 1);
    }
}
