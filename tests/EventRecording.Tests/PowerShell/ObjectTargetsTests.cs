using System.Collections;
using EventRecording.PowerShell;

namespace EventRecording.Tests.PowerShell;

public class ObjectTargetsTests
{
    // Objects of PowerShell are beyond xunit (their stub is empty): hashtables stand for them here, Pester has the real ones.
    private readonly ObjectTargets _targets = new((source, name) => (source as IDictionary)?[name]);

    [Fact]
    public void A_list_of_lists_is_all_their_items_and_one_that_holds_itself_has_an_end()
    {
        var inner = new Hashtable { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new object[] { Redis("a"), Redis("b") } };
        var outer = new Hashtable { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new object[] { inner, Redis("c") } };
        Assert.Equal(["a", "b", "c"], _targets.In(outer).Select(target => Assert.IsType<KnownTarget>(target).Reference.Name));

        var items = new object[1];
        items[0] = new Hashtable { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items };
        Assert.IsType<BadTarget>(Assert.Single(_targets.In(items[0])));
    }

    [Fact]
    public void A_text_is_a_name_to_be_looked_up() =>
        Assert.Equal(new NamedTarget("redis/my-op-redis"), Assert.Single(_targets.In("redis/my-op-redis")));

    [Fact]
    public void An_object_is_taken_by_what_it_says_of_itself()
    {
        var redis = Redis("my-op-redis");
        var target = Assert.IsType<KnownTarget>(Assert.Single(_targets.In(redis)));
        Assert.Same(redis, target.Given);
        Assert.Equal(new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Namespace = "default", Name = "my-op-redis", Uid = "u1" }, target.Reference);
    }

    [Fact]
    public void An_event_stands_for_the_object_that_it_is_about()
    {
        var reference = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "p" };
        Assert.Equal(reference, Assert.IsType<KnownTarget>(Assert.Single(_targets.In(new KubeEvent { InvolvedObject = reference }))).Reference);
        Assert.Equal(reference, Assert.IsType<KnownTarget>(Assert.Single(_targets.In(reference))).Reference);
    }

    [Fact]
    public void A_null_in_a_list_is_a_bad_object_and_the_others_are_not()
    {
        var list = new Hashtable { ["kind"] = "List", ["items"] = new object?[] { Redis("first"), null, Redis("last") } };
        Assert.Collection(
            _targets.In(list),
            first => Assert.IsType<KnownTarget>(first),
            none => Assert.Equal("An item of the list is null.", Assert.IsType<BadTarget>(none).Error.Message),
            last => Assert.IsType<KnownTarget>(last));
    }

    [Fact]
    public void A_row_with_kind_and_name_is_looked_up_where_it_says()
    {
        var row = new Hashtable { ["kind"] = "redis", ["name"] = "my-op-redis", ["namespace"] = "shop" };
        Assert.Equal(new NamedTarget("redis/my-op-redis", "shop", row), Assert.Single(_targets.In(row)));
        row.Remove("namespace");
        Assert.Equal(new NamedTarget("redis/my-op-redis", null, row), Assert.Single(_targets.In(row)));
        row.Remove("name");
        Assert.IsType<BadTarget>(Assert.Single(_targets.In(row)));
    }

    [Theory]
    [InlineData("involvedObject")]
    [InlineData("regarding")]
    public void An_event_of_kubectl_stands_for_the_object_that_it_is_about(string field)
    {
        var json = new Hashtable { ["apiVersion"] = "v1", ["kind"] = "Event", ["metadata"] = new Hashtable { ["name"] = "p.1" }, [field] = Redis("my-op-redis") };
        var target = Assert.IsType<KnownTarget>(Assert.Single(_targets.In(json)));
        Assert.Equal(("Redis", "my-op-redis"), (target.Reference.Kind, target.Reference.Name));
        Assert.Same(json, target.Given);
    }

    [Fact]
    public void An_event_out_of_a_file_names_its_object()
    {
        var row = new Hashtable { ["name"] = "my-op-redis.0af", ["namespace"] = "shop", ["involvedObject"] = "redis/my-op-redis" };
        Assert.Equal(new NamedTarget("redis/my-op-redis", "shop", row), Assert.Single(_targets.In(row)));
    }

    [Fact]
    public void A_list_counts_as_its_items()
    {
        var list = new Hashtable { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new object[] { Redis("a"), Redis("b") } };
        Assert.Equal(["a", "b"], _targets.In(list).Cast<KnownTarget>().Select(target => target.Reference.Name));
    }

    [Fact]
    public void Items_of_a_typed_list_need_not_say_their_kind()
    {
        var item = new Hashtable { ["metadata"] = new Hashtable { ["name"] = "a" } };
        var list = new Hashtable { ["apiVersion"] = "cache.example.com/v1", ["kind"] = "RedisList", ["items"] = new object[] { item } };
        var target = Assert.IsType<KnownTarget>(Assert.Single(_targets.In(list)));
        Assert.Equal(new ObjectReference { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "a" }, target.Reference);
        Assert.Same(item, target.Given);
    }

    [Fact]
    public void An_empty_list_is_no_object() =>
        Assert.Empty(_targets.In(new Hashtable { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = Array.Empty<object>() }));

    [Fact]
    public void What_cannot_be_referred_to_keeps_its_error_for_later()
    {
        var nameless = new Hashtable { ["apiVersion"] = "v1", ["kind"] = "Pod" };
        var bad = Assert.IsType<BadTarget>(Assert.Single(_targets.In(nameless)));
        Assert.Same(nameless, bad.Given);
        Assert.Contains("no name", bad.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_another_kind_than_its_name_says_counts_as_its_items()
    {
        var boxes = new Hashtable { ["apiVersion"] = "example.com/v1", ["kind"] = "BoxSet", ["metadata"] = new Hashtable { ["resourceVersion"] = "7" }, ["items"] = new object[] { Redis("one"), new Hashtable { ["metadata"] = new Hashtable { ["name"] = "two" } } } };
        var targets = _targets.In(boxes).ToList();
        Assert.Equal("one", Assert.IsType<KnownTarget>(targets[0]).Reference.Name);
        Assert.Contains("no kind", Assert.IsType<BadTarget>(targets[1]).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_with_a_name_and_items_is_one_object()
    {
        var box = new Hashtable { ["apiVersion"] = "example.com/v1", ["kind"] = "Box", ["metadata"] = new Hashtable { ["name"] = "box" }, ["items"] = new object[] { Redis("one") } };
        Assert.Equal("box", Assert.IsType<KnownTarget>(Assert.Single(_targets.In(box))).Reference.Name);
    }

    [Theory]
    [InlineData("gizmo/*")]
    [InlineData("pod/web-?")]
    [InlineData("pod/web-[ab]")]
    public void A_pattern_names_no_one_object(string pattern)
    {
        var bad = Assert.IsType<BadTarget>(Assert.Single(_targets.In(pattern)));
        Assert.StartsWith($"'{pattern}' names no one object, and wildcards are not taken here", bad.Error.Message, StringComparison.Ordinal);
        Assert.Contains($"kubectl get {pattern.Split('/')[0]} -o name", bad.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NAME          AGE")]
    [InlineData("{")]
    [InlineData("    \"apiVersion\": \"v1\",")]
    [InlineData("- apiVersion: v1")]
    [InlineData("items:")]
    [InlineData("---")]
    public void A_line_that_kubectl_printed_is_no_name(string line)
    {
        var bad = Assert.IsType<BadTarget>(Assert.Single(_targets.In(line)));
        Assert.True(bad.IsLineOfText);
        Assert.Contains("kubectl get -o json | ConvertFrom-Json", bad.Error.Message, StringComparison.Ordinal);
    }

    private static Hashtable Redis(string name) => new()
    {
        ["apiVersion"] = "cache.example.com/v1",
        ["kind"] = "Redis",
        ["metadata"] = new Hashtable { ["name"] = name, ["namespace"] = "default", ["uid"] = "u1" },
    };
}
