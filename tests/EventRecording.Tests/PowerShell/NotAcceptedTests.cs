using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class NotAcceptedTests
{
    [Fact]
    public void A_thousand_are_told_one_by_one_and_those_beyond_in_one_that_is_none_of_them()
    {
        var told = new NotAccepted();
        for (var i = 0; i < 5_000; i++)
            told.AddNotOffered(new EventReporter("ops"), new Occurrence { Regarding = new ObjectReference(), Reason = $"R{i}" }, new ObjectReferenceException($"redis/r{i} is not there."));
        var failures = told.Take();
        Assert.Equal((1_001, 5_000), (failures.Count, failures.Sum(failure => failure.Count)));
        Assert.Equal(("R999", 1), (failures[999].Occurrence!.Reason, failures[999].Count));
        Assert.Null(failures[1_000].Occurrence);
        Assert.EndsWith("one by one. The first of them: redis/r1000 is not there.", failures[1_000].Error.Message, StringComparison.Ordinal);
    }
}
