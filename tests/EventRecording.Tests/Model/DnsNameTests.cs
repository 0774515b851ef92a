namespace EventRecording.Tests.Model;

public class DnsNameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("0", true)]
    [InlineData("my-op-redis.example.com", true)]
    [InlineData("a--b", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a..b", false)]
    [InlineData("a-.b", false)]
    [InlineData("a.-b", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("ä", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    public void A_subdomain_is_labels_joined_by_dots(string text, bool isOne) => Assert.Equal(isOne, DnsName.IsSubdomain(text));

    [Fact]
    public void A_subdomain_has_at_most_253_characters_and_a_label_63()
    {
        Assert.True(DnsName.IsSubdomain(new string('a', 253)));
        Assert.False(DnsName.IsSubdomain(new string('a', 254)));
        Assert.True(DnsName.IsLabel(new string('a', 63)));
        Assert.False(DnsName.IsLabel(new string('a', 64)));
    }

    [Theory]
    [InlineData("wire", true)]
    [InlineData("kube-system", true)]
    [InlineData("a.b", false)]
    [InlineData("", false)]
    [InlineData("Wire", false)]
    public void A_label_has_no_dots(string text, bool isOne) => Assert.Equal(isOne, DnsName.IsLabel(text));
}
