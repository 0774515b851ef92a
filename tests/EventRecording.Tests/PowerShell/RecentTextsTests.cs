using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class RecentTextsTests
{
    [Fact]
    public void Those_that_were_used_last_are_remembered_and_however_many_come_not_more_than_twice_as_many()
    {
        var texts = new RecentTexts(3, "a", "b");
        foreach (var text in new[] { "c", "d", "e" })
        {
            texts.Add(text);
            Assert.True(texts.Contains("a"));
        }

        texts.Add("f");
        Assert.Equal("adef", string.Concat("abcdef".Where(it => texts.Contains(it.ToString()))));
    }
}
