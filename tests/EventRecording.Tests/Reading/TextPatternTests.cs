namespace EventRecording.Tests.Reading;

public class TextPatternTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "Scaled", true)]
    [InlineData("Scaled*", "ScaledUp", true)]
    [InlineData("scaled*", "ScaledUp", true)]
    [InlineData("*UP", "ScaledUp", true)]
    [InlineData("*Up", "ScaledUpwards", false)]
    [InlineData("S*d*p", "ScaledUp", true)]
    [InlineData("Scaled??", "ScaledUp", true)]
    [InlineData("Scaled?", "ScaledUp", false)]
    [InlineData("[a-s]caledUp", "ScaledUp", true)]
    [InlineData("[A-C]*", "beta", true)]
    [InlineData("[a-c]*", "delta", false)]
    [InlineData("v[0-9-]*", "v-1", true)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[`]x]", "]", true)]
    [InlineData("[a`-c]", "b", false)]
    [InlineData("[a`-c]", "-", true)]
    [InlineData("[!a]", "!", true)]
    [InlineData("[!a]", "b", false)]
    [InlineData("a`*b*", "a*bc", true)]
    [InlineData("a`*b*", "axbc", false)]
    [InlineData("*`[x]", "a[x]", true)]
    [InlineData("扩*", "扩容", true)]
    public void A_pattern_matches_as_in_PowerShell(string pattern, string value, bool expected) =>
        Assert.Equal(expected, TextPattern.Parse(pattern).IsMatch(value));

    [Theory]
    [InlineData("ScaledUp", "ScaledUp", true)]
    [InlineData("ScaledUp", "scaledup", false)]
    [InlineData("a`*b", "a*b", true)]
    [InlineData("tick`", "tick`", true)]
    public void A_literal_is_compared_exactly_as_the_API_does(string literal, string value, bool expected)
    {
        var pattern = TextPattern.Parse(literal);

        Assert.NotNull(pattern.Literal);
        Assert.Equal(expected, pattern.IsMatch(value));
    }

    [Fact]
    public void A_missing_value_is_empty_text()
    {
        Assert.True(TextPattern.Parse("*").IsMatch(null));
        Assert.False(TextPattern.Parse("?*").IsMatch(null));
    }

    [Fact]
    public void Many_stars_against_a_long_text_take_no_exponential_time()
    {
        var pattern = TextPattern.Parse(string.Concat(Enumerable.Repeat("a*", 40)) + "b");

        Assert.False(pattern.IsMatch(new string('a', 5000)));
    }
}
