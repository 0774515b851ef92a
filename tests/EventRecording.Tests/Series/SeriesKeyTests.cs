using EventRecording.Tests.Support;

namespace EventRecording.Tests.SeriesTests;

public class SeriesKeyTests
{
    [Fact]
    public void What_is_missing_is_the_same_as_what_is_empty_and_is_found_by_the_same_hash()
    {
        var bare = Key(new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n" });
        var empty = Key(new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = "n", Namespace = "", Uid = "", FieldPath = "" });

        foreach (var scope in Enum.GetValues<KeyScope>())
        {
            Assert.True(SeriesKeyComparer.Equal(bare, empty, scope));
            Assert.Equal(SeriesKeyComparer.Hash(bare, scope), SeriesKeyComparer.Hash(empty, scope));
        }
    }

    [Fact]
    public void Fields_are_compared_one_by_one_so_that_no_joining_makes_two_series_one()
    {
        var one = new SeriesKey(new EventReporter("a"), SampleEvents.Redis, EventType.Normal, "ab", "c", null, null);
        var other = new SeriesKey(new EventReporter("a"), SampleEvents.Redis, EventType.Normal, "a", "bc", null, null);

        Assert.False(SeriesKeyComparer.Equal(one, other, KeyScope.Whole));
        Assert.True(SeriesKeyComparer.Equal(one, other, KeyScope.SameObject));
    }

    [Fact]
    public void Keys_of_one_object_that_may_all_differ_in_a_field_have_hashes_of_their_own()
    {
        var keys = new[]
        {
            Key(SampleEvents.Redis),
            new SeriesKey(new EventReporter("b"), SampleEvents.Redis, EventType.Normal, "r", "m", null, null),
            new SeriesKey(new EventReporter("a"), SampleEvents.Redis, EventType.Normal, "r", "m", "Scale", null),
            new SeriesKey(new EventReporter("a"), SampleEvents.Redis, EventType.Normal, "r", "m", null, SampleEvents.Redis),
            new SeriesKey(new EventReporter("a"), SampleEvents.Redis, EventType.Normal, "r", "m", null, SampleEvents.Redis with { Uid = "u" }),
        };
        Assert.Equal(keys.Length, keys.Select(key => key.SimilarHash).Distinct().Count());
    }

    [Fact]
    public void A_key_is_found_whatever_else_has_its_hash()
    {
        var index = new KeyIndex<Series>(KeyScope.SameObject);
        var all = Enumerable.Range(0, 5).Select(i => new Series(Key(SampleEvents.Redis with { Kind = $"K{i}" }), new WriterMark())).ToList();
        foreach (var series in all)
            index.Add(series);
        Assert.Single(all.Select(series => series.Key.ObjectHash).Distinct());

        foreach (var removed in new[] { all[2], all[4], all[0], all[1], all[3] })
        {
            index.Remove(removed);
            all.Remove(removed);
            Assert.Null(index.Find(removed.Key));
            Assert.All(all, series => Assert.Same(series, index.Find(series.Key)));
            Assert.Equal(all.Count, index.Count);
            Assert.Equal(all.Count, index.All.Count());
        }
    }

    private static SeriesKey Key(ObjectReference regarding) => new(new EventReporter("a"), regarding, EventType.Normal, "r", "m", null, null);
}
