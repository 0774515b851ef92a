using EventRecording.Tests.Support;

namespace EventRecording.Tests.SeriesTests;

public class OccurrenceDetailsTests
{
    [Fact]
    public void Of_annotations_that_do_not_fit_together_the_newer_stay()
    {
        var older = With("a", 200_000);
        var newer = With("b", 100_000);
        var cut = false;
        var merged = OccurrenceDetails.Merge(older with { ReportingInstance = "one" }, newer, ref cut);
        Assert.Equal((newer.Annotations, "one", true), (merged.Annotations, merged.ReportingInstance, cut));
    }

    [Fact]
    public void Annotations_that_fit_together_all_stay()
    {
        var cut = false;
        Assert.Equal(["a", "b"], OccurrenceDetails.Merge(With("a", 100_000), With("b", 100_000), ref cut).Annotations!.Keys.Order());
        Assert.False(cut);
    }

    private static Occurrence With(string name, int length) =>
        TestRecorder.ScaledUp with { Annotations = new Dictionary<string, string> { [name] = new('x', length) } };
}
