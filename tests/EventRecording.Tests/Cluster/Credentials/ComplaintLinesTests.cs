using EventRecording.Cluster;

namespace EventRecording.Tests.Cluster.Credentials;

public class ComplaintLinesTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\r\ntwo", "one|two")]
    [InlineData("10%\r20%\r\n\n", "10%|20%|")]
    [InlineData("one|\ntwo|\r\n|\n", "one|two|")]
    [InlineData("o|ne\n", "o|ne")]
    [InlineData("||", "")]
    public void Lines_end_as_for_a_terminal_or_where_nothing_follows_for_a_while(string pieces, string lines)
    {
        var told = new List<string>();
        var reader = new ComplaintLines(told.Add);
        foreach (var piece in pieces.Split('|'))
        {
            reader.Add(piece);
            reader.Flush();
        }

        Assert.Equal(lines, string.Join('|', told));
    }

    [Fact]
    public void A_line_without_an_end_is_not_held_in_memory()
    {
        var told = new List<string>();
        var reader = new ComplaintLines(told.Add);
        for (var i = 0; i < 1000; i++)
            reader.Add(new string('x', 1000));
        reader.Add("\nnext\n");
        Assert.Equal([16 * 1024, 4], told.Select(line => line.Length));
    }
}
