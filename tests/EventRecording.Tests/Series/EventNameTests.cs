using EventRecording.Tests.Support;

namespace EventRecording.Tests.SeriesTests;

public class EventNameTests
{
    private static readonly ObjectReference Redis = SampleEvents.Redis;

    // Computed by a program of its own in another language, from the rule: SHA-256 over a byte 1; API group and version, component, host;
    // the object; type, reason; a byte 1 if combined, else 0; message, action; the related object. A text is its length in bytes as a
    // little-endian 32-bit number and its UTF-8; an object is a byte 1 and apiVersion, kind, namespace, name, uid, fieldPath, or a byte 0
    // if there is none. The name ends in the first 16 bytes of the hash, in hex.
    [Fact]
    public void Names_are_those_that_every_writer_computes()
    {
        Assert.Equal("my-op-redis.1893f50da3bb96f1c17c656743e8b4e0", EventName.For(Key(), EventApiVersion.CoreV1));
        Assert.Equal("my-op-redis.1f76dc9e8dd7cb7bf0d387e2e2bab953", EventName.For(Key(), EventApiVersion.EventsV1));
        Assert.Equal("my-op-redis.b711b7c8c554e429641b67275294ad5f", EventName.For(Key().AsCombined(), EventApiVersion.CoreV1));
        Assert.Equal("europe.80354cbc77ae18404b9dfbb7c7792a6d", EventName.For(Key(regarding: TestRecorder.Fleet, message: ""), EventApiVersion.CoreV1));
    }

    [Fact]
    public void All_fields_of_the_key_are_in_the_name()
    {
        var pod = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = "wire", Name = "my-op-redis-0" };
        var key = new SeriesKey(
            new EventReporter("RedisOperator", "node-1"), Redis with { FieldPath = "spec.containers{redis}" }, EventType.Warning, "扩容", "失败 \U0001F600", "Scaling", pod);

        Assert.Equal("my-op-redis.0e474d7fb30e9edbbc635a39acc05356", EventName.For(key, EventApiVersion.CoreV1));
    }

    [Fact]
    public void A_difference_in_any_field_makes_another_name()
    {
        var other = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "other" };
        SeriesKey[] keys =
        [
            Key(), Key().AsCombined(), Key(message: ""), Key(message: "other"), Key(reason: "Other"), Key(type: EventType.Warning), Key(action: "Scaling"),
            Key(related: other), Key(source: new EventReporter("Other")), Key(source: new EventReporter("RedisOperator", "node-1")),
            Key(regarding: Redis with { ApiVersion = "cache.example.com/v2" }), Key(regarding: Redis with { Kind = "Other" }),
            Key(regarding: Redis with { Namespace = "other" }), Key(regarding: Redis with { Uid = "other" }), Key(regarding: Redis with { FieldPath = "spec" }),
            Key(reason: "ScaledUpr", message: "eplicas set to 3"),
        ];

        Assert.Equal(keys.Length, keys.Select(key => EventName.For(key, EventApiVersion.CoreV1)).Distinct().Count());
    }

    [Fact]
    public void The_version_of_the_object_and_an_empty_field_make_no_difference()
    {
        var name = EventName.For(Key(), EventApiVersion.CoreV1);

        Assert.Equal(name, EventName.For(Key(regarding: Redis with { ResourceVersion = "17" }), EventApiVersion.CoreV1));
        Assert.Equal(name, EventName.For(Key(regarding: Redis with { FieldPath = "" }), EventApiVersion.CoreV1));
        Assert.Equal(name, EventName.For(Key(action: ""), EventApiVersion.CoreV1));
    }

    [Fact]
    public void A_suffix_stands_behind_the_hash() =>
        Assert.Equal(EventName.For(Key(), EventApiVersion.CoreV1) + "-2", EventName.For(Key(), EventApiVersion.CoreV1, "-2"));

    [Fact]
    public void Who_reads_a_suffix_knows_how_many_names_were_tried_before()
    {
        var random = new LockedRandom(1);
        var attempts = Enumerable.Range(0, 5).ToList();
        var suffixes = attempts.ConvertAll(attempt => EventName.SuffixFor(attempt) ?? EventName.RandomSuffix(random));

        Assert.Equal(["", "-2", "-3"], suffixes.Where(suffix => !EventName.IsRandomSuffix(suffix)));
        Assert.All(suffixes, suffix => Assert.True(EventName.IsSuffix(suffix)));
        Assert.Equal(attempts.Select(attempt => Math.Min(attempt, 3)), suffixes.Select(EventName.AttemptOf));
        Assert.False(EventName.IsSuffix("-4"));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("system:node")]
    [InlineData("under_score")]
    [InlineData("-dash")]
    [InlineData("dash-")]
    [InlineData("dot.")]
    [InlineData("a..b")]
    [InlineData("a.-b")]
    [InlineData("名")]
    [InlineData("with space")]
    [InlineData("a/b")]
    [InlineData("\uD800")]
    public void The_name_of_an_object_that_is_no_DNS_subdomain_is_left_out(string objectName)
    {
        var name = EventName.For(Key(regarding: Redis with { Name = objectName }), EventApiVersion.CoreV1);

        Assert.Equal(32, name.Length);
        Assert.True(DnsName.IsLabel(name));
    }

    [Theory]
    [InlineData(219, 219)]
    [InlineData(220, 220)]
    [InlineData(221, 220)]
    [InlineData(253, 220)]
    [InlineData(1000, 220)]
    public void A_long_name_is_cut_so_that_the_whole_has_at_most_253_characters(int length, int kept)
    {
        var name = EventName.For(Key(regarding: Redis with { Name = new string('a', length) }), EventApiVersion.CoreV1);

        Assert.Equal(kept + 33, name.Length);
        Assert.True(DnsName.IsSubdomain(name));
        Assert.StartsWith(new string('a', kept) + ".", name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_name_does_not_end_in_what_no_label_ends_in()
    {
        var name = EventName.For(Key(regarding: Redis with { Name = new string('a', 200) + new string('-', 30) + new string('b', 23) }), EventApiVersion.CoreV1, "-2");

        Assert.True(DnsName.IsSubdomain(name));
        Assert.StartsWith(new string('a', 200) + ".", name, StringComparison.Ordinal);
    }

    [Fact]
    public void With_any_object_name_and_suffix_the_name_is_a_DNS_subdomain()
    {
        var random = new Random(20);
        const string Characters = "abz019-..-_AZ é\uD83D\uDE00";
        for (var i = 0; i < 5_000; i++)
        {
            var text = new string(Enumerable.Range(0, random.Next(300)).Select(_ => Characters[random.Next(random.Next(2) == 0 ? 6 : Characters.Length)]).ToArray());
            var suffix = random.Next(3) switch { 0 => "", 1 => "-2", _ => "-0123456789abcdef" };
            Assert.True(DnsName.IsSubdomain(EventName.For(Key(regarding: Redis with { Name = text }), EventApiVersion.CoreV1, suffix)), text);
        }
    }

    [Fact]
    public void A_lone_surrogate_has_the_name_of_what_is_sent_in_its_place() =>
        Assert.Equal(
            EventName.For(Key(message: "a\uFFFD"), EventApiVersion.CoreV1),
            EventName.For(Key(message: "a\uD800"), EventApiVersion.CoreV1));

    [Fact]
    public void A_message_of_a_megabyte_has_a_name_as_short_as_any() =>
        Assert.Equal(44, EventName.For(Key(message: new string('名', 1_000_000)), EventApiVersion.CoreV1).Length);

    private static SeriesKey Key(
        ObjectReference? regarding = null, string type = EventType.Normal, string reason = "ScaledUp", string message = "replicas set to 3",
        string? action = null, ObjectReference? related = null, EventReporter? source = null) =>
        new(source ?? new EventReporter("RedisOperator"), regarding ?? Redis, type, reason, message, action, related);
}
