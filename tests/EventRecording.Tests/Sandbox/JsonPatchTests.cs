using System.Text.Json.Nodes;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Sandbox;

/// <summary>RFC 6902 and its pointers, with the cases of its appendix.</summary>
public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo"}""")]
    [InlineData("""{"foo":{"bar":"baz","waldo":"fred"},"qux":{}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{"bar":"baz"},"qux":{"thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"foo":{"a":1}}""", """[{"op":"copy","from":"/foo","path":"/bar"},{"op":"add","path":"/bar/a","value":2}]""", """{"foo":{"a":1},"bar":{"a":2}}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc"]}]""", """{"foo":["bar",["abc"]]}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10},{"op":"test","path":"/~1","value":9}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"foo":1}""", """[{"op":"add","path":"","value":{"bar":2}}]""", """{"bar":2}""")]
    [InlineData("""{"foo":null}""", """[{"op":"test","path":"/foo","value":null},{"op":"replace","path":"/foo","value":1}]""", """{"foo":1}""")]
    public void Operations_change_the_document(string target, string patch, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Apply(target, patch)), Apply(target, patch)?.ToJsonString());

    [Theory]
    [InlineData("""{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"bar"}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"add","path":"/baz/bat","value":"qux"}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"remove","path":"/bar"}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"replace","path":"/bar","value":1}]""")]
    [InlineData("""{"foo":[1]}""", """[{"op":"add","path":"/foo/3","value":1}]""")]
    [InlineData("""{"foo":[1,2]}""", """[{"op":"remove","path":"/foo/01"}]""")]
    [InlineData("""{"foo":[1]}""", """[{"op":"test","path":"/foo/-","value":1}]""")]
    [InlineData("""{"foo":{"a":1}}""", """[{"op":"move","from":"/foo","path":"/foo/a"}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"add","path":"bar","value":1}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"add","path":"/bar"}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"twist","path":"/foo"}]""")]
    [InlineData("""{"foo":1}""", """[1]""")]
    public void What_cannot_be_applied_is_refused(string target, string patch) => Assert.Throws<PatchException>(() => Apply(target, patch));

    private static JsonNode? Apply(string target, string patch) => JsonPatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)!.AsArray());
}
