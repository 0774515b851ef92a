using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventCountsTests
{
    private readonly EventCounts _counts = new(capacity: 3);

    [Fact]
    public void No_more_than_the_capacity_is_remembered_and_what_was_seen_longest_ago_goes_first()
    {
        // One that is written often is one event all the same.
        foreach (var number in (int[])[1, 2, 3, 3, 3, 3, 1, 4])
            _counts.Set(At(number, 10));

        Assert.Equal([5, 1, 5, 5], Enumerable.Range(1, 4).Select(number => GrowthOf(At(number, 15))));
    }

    [Fact]
    public void The_events_of_other_namespaces_and_contexts_count_by_themselves()
    {
        _counts.Set(At(1, 10));
        Assert.Equal(1, GrowthOf(At(1, 15) with { Namespace = "elsewhere" }));
        Assert.Equal(1, GrowthOf(At(1, 15) with { Context = "prod" }));
    }

    [Fact]
    public void A_count_that_went_back_is_one_step()
    {
        _counts.Set(At(1, 10));
        Assert.Equal(1, GrowthOf(At(1, 3)));
    }

    private int GrowthOf(KubeEvent item) => _counts.GrowthOf(new WatchedEvent(EventChange.Modified, item));

    private static KubeEvent At(int number, int count) => SampleEvents.Numbered(number) with { CoreCount = count };
}
