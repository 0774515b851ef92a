using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventMeasuresTests
{
    private static readonly KubeEvent ScaledUp = SampleEvents.ScaledUp with { FirstTimestamp = SampleEvents.Noon.AddHours(-2), CoreCount = 5 };
    private static readonly KubeEvent BackOff = SampleEvents.ScaledUp with { Type = EventType.Warning, Reason = "BackOff", SourceComponent = "kubelet" };

    [Fact]
    public void Counts_are_added_and_times_span_all_events_of_a_group()
    {
        var earlier = ScaledUp with { FirstTimestamp = SampleEvents.Noon.AddHours(-4), LastTimestamp = SampleEvents.Noon.AddHours(-3), CoreCount = 4 };

        var measure = Measure(EventGrouping.Reason, ScaledUp, earlier).Single();

        Assert.Equal("ScaledUp", measure.Reason);
        Assert.Equal((9, 2), (measure.Count, measure.Events));
        Assert.Equal((SampleEvents.Noon.AddHours(-4), SampleEvents.Noon), (measure.First, measure.Last));
        Assert.Equal(2, measure.RatePerHour);
    }

    [Fact]
    public void A_group_that_spans_contexts_says_which_and_an_object_is_another_in_another_context()
    {
        KubeEvent[] events = [ScaledUp with { Context = "stage" }, ScaledUp with { Context = "prod" }, BackOff with { Context = "prod" }];

        Assert.Equal([("ScaledUp", 10, "prod, stage"), ("BackOff", 1, "prod")], Measure(EventGrouping.Reason, events).Select(it => (it.Reason!, (int)it.Count, it.Contexts.ToString()!)));
        Assert.Equal([("prod", 6), ("stage", 5)], Measure(EventGrouping.Object, events).Select(it => (it.Context!, (int)it.Count)));
        Assert.Equal([("prod", 6), ("stage", 5)], Measure(EventGrouping.Context, events).Select(it => (it.Context!, (int)it.Count)));
        Assert.Null(Measure(EventGrouping.Reason, events)[0].Context);
    }

    [Fact]
    public void A_group_is_said_in_one_line_that_steers_no_terminal()
    {
        var grouped = Measure(EventGrouping.Type | EventGrouping.Reason | EventGrouping.Object, BackOff with { Reason = "Back\e[31mOff" }, BackOff with { Reason = "Back\e[31mOff" }).Single();

        Assert.Equal($"Warning Back^[[31mOff {BackOff.InvolvedObject} (x2)", grouped.ToString());
        Assert.Equal("(x1)", Measure(EventGrouping.None, BackOff).Single().ToString());
    }

    [Fact]
    public void What_happened_most_often_comes_first()
    {
        var measures = Measure(EventGrouping.Reason, BackOff, ScaledUp, BackOff);

        Assert.Equal([("ScaledUp", 5), ("BackOff", 2)], measures.Select(it => (it.Reason, it.Count)));
    }

    [Theory]
    [InlineData(EventGrouping.None, 1)]
    [InlineData(EventGrouping.Type, 2)]
    [InlineData(EventGrouping.Source, 2)]
    [InlineData(EventGrouping.Object, 3)]
    [InlineData(EventGrouping.Object | EventGrouping.Type, 4)]
    public void Events_are_grouped_by_what_is_asked_for_and_only_that_is_set(EventGrouping grouping, int groups)
    {
        var other = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "wire", Name = "my-op-redis" };

        var measures = Measure(
            grouping,
            ScaledUp,
            BackOff,
            ScaledUp with { InvolvedObject = other },
            ScaledUp with { InvolvedObject = other with { Namespace = "elsewhere" } });

        Assert.Equal(groups, measures.Count);
        Assert.All(measures, it => Assert.Equal(grouping.HasFlag(EventGrouping.Type), it.Type is not null));
        Assert.All(measures, it => Assert.Equal(grouping.HasFlag(EventGrouping.Source), it.Source is not null));
        Assert.All(measures, it => Assert.Equal(grouping.HasFlag(EventGrouping.Object), it.Object is not null));
        Assert.All(measures, it => Assert.Null(it.Reason));
    }

    [Fact]
    public void An_object_is_the_same_in_another_version_of_its_group_and_after_it_was_created_again()
    {
        var again = SampleEvents.Redis with { ApiVersion = "cache.example.com/v2", Uid = "another", FieldPath = "spec.replicas" };

        var measure = Measure(EventGrouping.Object, ScaledUp, ScaledUp with { InvolvedObject = again }).Single();

        Assert.Equal(SampleEvents.Redis with { Uid = null }, measure.Object);
    }

    [Fact]
    public void Without_a_type_an_event_is_in_a_group_of_its_own() =>
        Assert.Equal([EventType.Normal, ""], Measure(EventGrouping.Type, ScaledUp, BackOff with { Type = null }).Select(it => it.Type));

    [Fact]
    public void Without_a_repetition_or_a_time_there_is_no_rate()
    {
        Assert.Null(Measure(EventGrouping.Type, BackOff).Single().RatePerHour);
        Assert.Null(Measure(EventGrouping.Type, BackOff, BackOff).Single().RatePerHour);
        var timeless = Measure(EventGrouping.Type, BackOff with { FirstTimestamp = null, LastTimestamp = null, CoreCount = 3 }).Single();
        Assert.Equal((null, null, null), (timeless.First, timeless.Last, timeless.RatePerHour));
    }

    [Fact]
    public void The_sum_may_be_larger_than_any_count() =>
        Assert.Equal(2L * int.MaxValue, Measure(EventGrouping.None, ScaledUp with { CoreCount = int.MaxValue }, ScaledUp with { CoreCount = int.MaxValue }).Single().Count);

    private static IReadOnlyList<EventMeasure> Measure(EventGrouping grouping, params KubeEvent[] events)
    {
        var measures = new EventMeasures(grouping);
        foreach (var item in events)
            measures.Add(item);
        return measures.ToList();
    }
}
