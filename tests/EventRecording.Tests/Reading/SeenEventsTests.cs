using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class SeenEventsTests
{
    private readonly SeenEvents _seen = new(capacity: 3);

    [Fact]
    public void A_version_is_new_once()
    {
        Assert.True(_seen.Add(At("a", "5"), isListed: true));
        Assert.False(_seen.Add(At("a", "5"), isListed: true));
        Assert.True(_seen.Add(At("a", "6"), isListed: true));
    }

    [Fact]
    public void What_lies_before_a_version_is_known_by_the_version_alone()
    {
        _seen.AdvanceTo("9");

        Assert.False(_seen.Add(At("a", "9"), isListed: true));
        Assert.True(_seen.Add(At("a", "10"), isListed: true));
    }

    [Fact]
    public void What_a_watch_brings_with_the_version_of_what_it_just_brought_is_new_for_each_event()
    {
        foreach (var uid in new[] { "a", "b" })
        {
            Assert.True(_seen.Add(At(uid, "9"), isListed: false));
            _seen.AdvanceTo("9");
            Assert.False(_seen.Add(At(uid, "9"), isListed: false));
        }

        Assert.False(_seen.Add(At("c", "8"), isListed: false));
    }

    [Fact]
    public void A_lower_version_takes_nothing_back()
    {
        _seen.AdvanceTo("9");
        _seen.AdvanceTo("7");

        Assert.False(_seen.Add(At("a", "8"), isListed: true));
    }

    [Fact]
    public void After_the_versions_went_back_the_latest_are_known_by_uid()
    {
        Assert.True(_seen.Add(At("a", "5"), isListed: true));
        _seen.AdvanceTo("9");
        _seen.ForgetVersion();

        Assert.False(_seen.Add(At("a", "5"), isListed: true));
        Assert.True(_seen.Add(At("b", "6"), isListed: true));
    }

    [Fact]
    public void Versions_that_are_no_integers_are_known_by_uid()
    {
        Assert.True(_seen.Add(At("a", "x"), isListed: true));
        _seen.AdvanceTo("x");

        Assert.False(_seen.Add(At("a", "x"), isListed: true));
        Assert.True(_seen.Add(At("a", "y"), isListed: true));
    }

    [Fact]
    public void No_more_than_the_capacity_is_remembered_and_the_oldest_goes_first()
    {
        foreach (var uid in new[] { "a", "b", "c", "d" })
            Assert.True(_seen.Add(At(uid, "1"), isListed: true));

        Assert.True(_seen.Add(At("a", "1"), isListed: true));
        Assert.False(_seen.Add(At("d", "1"), isListed: true));
    }

    [Fact]
    public void An_event_that_was_written_again_counts_as_young()
    {
        foreach (var (uid, version) in new[] { ("a", "1"), ("b", "2"), ("a", "3"), ("c", "4") })
            Assert.True(_seen.Add(At(uid, version), isListed: true));

        Assert.False(_seen.Add(At("a", "3"), isListed: true));
    }

    [Theory]
    [InlineData("a")]
    [InlineData(null)]
    public void An_event_is_known_by_its_uid_and_without_one_by_its_name(string? uid)
    {
        Assert.False(_seen.Knows(At(uid, "1")));
        Assert.True(_seen.Add(At(uid, "1"), isListed: true));

        Assert.True(_seen.Knows(At(uid, "2")));
        Assert.False(_seen.Knows(At(uid, "2") with { Name = "another", Uid = uid is null ? null : "b" }));
    }

    private static KubeEvent At(string? uid, string version) => SampleEvents.ScaledUp with { Uid = uid, ResourceVersion = version };
}
