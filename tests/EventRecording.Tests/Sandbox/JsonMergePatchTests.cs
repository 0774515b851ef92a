using System.Text.Json.Nodes;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Sandbox;

public sealed class JsonMergePatchTests
{
    /// <summary>The table of RFC 7386, appendix A.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_merge_patch_merges_objects_and_replaces_the_rest(string target, string patch, string expected)
    {
        var result = JsonMergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), result), result?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":3,"c":null}}""", """{"a":{"b":3}}""")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"$patch":"replace","c":2}}""", """{"a":{"c":2}}""")]
    [InlineData("""{"a":{"b":1},"d":1}""", """{"a":{"$patch":"delete"}}""", """{"a":{},"d":1}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"$retainKeys":["c"],"c":3}}""", """{"a":{"c":3}}""")]
    [InlineData("""{"finalizers":["a","b"]}""", """{"finalizers":["b","c"]}""", """{"finalizers":["a","b","c"]}""")]
    [InlineData("""{"finalizers":["a","b"]}""", """{"$deleteFromPrimitiveList/finalizers":["a"]}""", """{"finalizers":["b"]}""")]
    [InlineData("""{"ownerReferences":[{"uid":"1","kind":"A"}]}""", """{"ownerReferences":[{"uid":"1","kind":"B"},{"uid":"2"}]}""", """{"ownerReferences":[{"uid":"1","kind":"B"},{"uid":"2"}]}""")]
    [InlineData("""{"ownerReferences":[{"uid":"1"},{"uid":"2"}]}""", """{"ownerReferences":[{"uid":"1","$patch":"delete"}]}""", """{"ownerReferences":[{"uid":"2"}]}""")]
    [InlineData("""{"ownerReferences":[{"uid":"1"}]}""", """{"ownerReferences":[{"$patch":"replace"},{"uid":"2"}]}""", """{"ownerReferences":[{"uid":"2"}]}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3],"$setElementOrder/a":[3]}""", """{"a":[3]}""")]
    public void A_strategic_merge_patch_follows_its_directives(string target, string patch, string expected)
    {
        var result = StrategicMergePatch.Apply(JsonNode.Parse(target)!.AsObject(), JsonNode.Parse(patch)!.AsObject());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), result), result.ToJsonString());
    }

    [Fact]
    public void A_directive_that_is_not_known_is_refused() =>
        Assert.Throws<PatchException>(() => StrategicMergePatch.Apply([], new JsonObject { ["$patch"] = "twist" }));
}
