using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell.Completion;

public class CompletionWordTests
{
    [Theory]
    [InlineData("", "redis/my-op-redis", "redis/my-op-redis")]
    [InlineData("", "arn:aws:eks:eu-1:0007:cluster/prod", "arn:aws:eks:eu-1:0007:cluster/prod")]
    [InlineData("", "me@prod", "'me@prod'")]
    [InlineData("", "two words", "'two words'")]
    [InlineData("", "", "''")]
    [InlineData("'", "redis/my-op-redis", "'redis/my-op-redis'")]
    [InlineData("", "it's", "'it''s'")]
    [InlineData("", "it\u2019s; rm", "'it\u2019\u2019s; rm'")]
    [InlineData("\"re", "$(rm)`\"", "\"`$(rm)```\"\"")]
    [InlineData("\"", "a\u201D; rm \u201C", "\"a`\u201D; rm `\u201C\"")]
    [InlineData("\u201Ere", "a\u201Db", "\"a`\u201Db\"")]
    [InlineData("\u2018", "redis", "'redis'")]
    [InlineData("", "-Verbose", "'-Verbose'")]
    [InlineData("", "\u2013Verbose", "'\u2013Verbose'")]
    [InlineData("", "007", "'007'")]
    [InlineData("", "1e3", "'1e3'")]
    [InlineData("", "10kb", "'10kb'")]
    [InlineData("", "10m", "10m")]
    [InlineData("", "0x1f-web", "0x1f-web")]
    public void A_value_is_written_so_that_it_is_one_argument(string typed, string value, string written) =>
        Assert.Equal(written, new CompletionWord(typed).Write(value));

    [Theory]
    [InlineData("'rED", "redis")]
    [InlineData("\u201CrED", "redis")]
    [InlineData("", "redis,pod")]
    [InlineData(null, "redis,pod")]
    [InlineData("x", "")]
    public void What_begins_like_the_word_is_chosen(string? typed, string chosen) =>
        Assert.Equal(chosen, string.Join(',', new CompletionWord(typed).Choose([new("redis"), new("pod")]).Select(candidate => candidate.Text)));

    [Fact]
    public void What_could_steer_a_terminal_is_not_offered() =>
        Assert.Empty(new CompletionWord("").Choose([new("a\u001b[31mb"), new("a\nb"), new("a\u202eb")]));

    [Fact]
    public void What_could_steer_a_terminal_is_made_visible_in_the_tip()
    {
        const string Kind = "Pod\u001b]0;pwned\u0007";
        Assert.Equal($"{SafeText.Escape(Kind)} (v1)", Assert.Single(new CompletionWord("").Choose([new("pod/", $"{Kind} (v1)")])).Tip);
    }

    [Fact]
    public void What_is_empty_cannot_be_shown_and_hides_no_other() =>
        Assert.Equal(["redis"], new CompletionWord("").Choose([new(""), new("redis")]).Select(candidate => candidate.Text));
}
