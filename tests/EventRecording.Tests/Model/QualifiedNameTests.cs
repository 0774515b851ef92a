using System.Text.RegularExpressions;

namespace EventRecording.Tests.Model;

public partial class QualifiedNameTests
{
    [Theory]
    [InlineData("RedisOperator", "RedisOperator")]
    [InlineData("example.com/redis-operator", "example.com/redis-operator")]
    [InlineData("a_b.c-d", "a_b.c-d")]
    public void A_qualified_name_stays(string text, string name) => Assert.Equal(name, QualifiedName.From(text));

    [Theory]
    [InlineData("redis operator", "redis-operator")]
    [InlineData("Example.com/redis", "Example.com-redis")]
    [InlineData("a/b/c", "a/b-c")]
    [InlineData("/redis", "redis")]
    [InlineData("example.com/", "example.com/unnamed")]
    [InlineData("-redis-", "redis")]
    [InlineData("名", "unnamed")]
    [InlineData("名redis名", "redis")]
    [InlineData("a名b", "a-b")]
    [InlineData("", "unnamed")]
    [InlineData("\uD800", "unnamed")]
    public void Every_other_character_becomes_a_dash(string text, string name) => Assert.Equal(name, QualifiedName.From(text));

    [Fact]
    public void The_name_has_at_most_63_characters()
    {
        Assert.Equal(new string('a', 63), QualifiedName.From(new string('a', 64)));
        Assert.Equal("example.com/" + new string('a', 62), QualifiedName.From("example.com/" + new string('a', 62) + "--b"));
    }

    [Fact]
    public void Of_any_text_comes_a_qualified_name()
    {
        var random = new Random(21);
        const string Characters = "aZ0-_./ é名\uD800:";
        for (var i = 0; i < 5_000; i++)
        {
            var text = new string(Enumerable.Range(0, random.Next(90)).Select(_ => Characters[random.Next(Characters.Length)]).ToArray());
            Assert.Matches(Rule(), QualifiedName.From(text));
        }
    }

    [GeneratedRegex(@"\A([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Rule();
}
