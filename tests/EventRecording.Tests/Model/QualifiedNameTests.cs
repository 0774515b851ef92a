using System.Text.RegularExpressions;
using EventRecording.Sandbox;

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

    [Fact]
    public void A_name_or_a_label_value_is_valid_where_a_server_takes_it()
    {
        var random = new Random(22);
        const string Characters = "aZ0-_./ é名\uD800:\n";
        var (names, values) = (new HashSet<bool>(), new HashSet<bool>());
        for (var i = 0; i < 20_000; i++)
        {
            // Few characters, and often plain ones: most texts of all of them are invalid.
            var set = Characters[..random.Next(1, Characters.Length + 1)];
            var text = new string(Enumerable.Range(0, random.Next(4) == 0 ? random.Next(60, 70) : random.Next(8)).Select(_ => set[random.Next(set.Length)]).ToArray());
            var (isName, isValue) = (QualifiedName.IsValid(text), QualifiedName.IsLabelValue(text));
            Assert.Equal((text, !Names.Qualified(text).Any(), !Names.LabelValue(text).Any()), (text, isName, isValue));
            names.Add(isName);
            values.Add(isValue);
        }

        Assert.Equal((2, 2), (names.Count, values.Count));
    }

    [GeneratedRegex(@"\A([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Rule();
}
