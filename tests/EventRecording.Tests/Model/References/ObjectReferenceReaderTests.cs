using System.Collections;
using System.Dynamic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Tests.Model.References;

public class ObjectReferenceReaderTests
{
    private const string Json = """
        {"apiVersion":"cache.example.com/v1","kind":"Redis","spec":{"kind":"other"},
         "metadata":{"name":"my-op-redis","namespace":"wire","uid":"u-1","resourceVersion":"7"}}
        """;

    private static readonly ObjectReference Redis = new()
    {
        ApiVersion = "cache.example.com/v1",
        Kind = "Redis",
        Namespace = "wire",
        Name = "my-op-redis",
        Uid = "u-1",
        ResourceVersion = "7",
    };

    public static TheoryData<string, object> Objects => new()
    {
        { "a reference", Redis },
        { "an event", new KubeEvent { InvolvedObject = Redis } },
        { "a JsonElement", JsonDocument.Parse(Json).RootElement },
        { "a JsonDocument", JsonDocument.Parse(Json) },
        { "a JsonNode", JsonNode.Parse(Json)! },
        { "a dictionary", JsonSerializer.Deserialize<Dictionary<string, object>>(Json)! },
        { "a hashtable in another case", Table() },
        { "an ExpandoObject", Expando() },
        { "a class", new Model { ApiVersion = "cache.example.com/v1", Kind = "Redis", Metadata = new Meta() } },
        { "a class with an attribute", new Entity { Metadata = new Meta() } },
        { "an anonymous object", new { apiVersion = "cache.example.com/v1", kind = "Redis", metadata = new { name = "my-op-redis", @namespace = "wire", uid = "u-1", resourceVersion = "7" } } },
        { "a reference of another library", new { ApiVersion = "cache.example.com/v1", Kind = "Redis", Name = "my-op-redis", NamespaceProperty = "wire", Uid = "u-1", ResourceVersion = "7" } },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_is_read_whatever_it_is(string what, object source)
    {
        Assert.NotEmpty(what);
        Assert.Equal(Redis, ObjectReferenceReader.Default.Read(source));
    }

    /// <summary>With this uid the kubelet writes of a static pod, and kubectl describe asks.</summary>
    [Theory]
    [InlineData("v1", "Pod", "2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c")]
    [InlineData("v1", "Redis", "u-1")]
    [InlineData("virtual.example.com/v1", "Pod", "u-1")]
    public void The_mirror_of_a_static_pod_is_that_pod(string apiVersion, string kind, string uid) =>
        Assert.Equal(uid, ObjectReferenceReader.Default.Read(JsonNode.Parse($$$"""
            { "apiVersion": "{{{apiVersion}}}", "kind": "{{{kind}}}", "metadata": { "name": "kube-apiserver-n1", "namespace": "kube-system", "uid": "u-1",
              "annotations": { "kubernetes.io/config.mirror": "2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c" } } }
            """)!).Uid);

    [Fact]
    public void A_property_reader_is_asked_first_at_each_level()
    {
        var reader = new ObjectReferenceReader((source, name) => source is Opaque opaque && opaque.Properties.TryGetValue(name, out var value) ? value : null);
        var source = new Opaque { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new Opaque { ["name"] = "p", ["namespace"] = "ns" } };
        Assert.Equal(new ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Namespace = "ns" }, reader.Read(source));
        Assert.Equal(Redis, reader.Read(JsonNode.Parse(Json)!));
    }

    public static TheoryData<object> NoNames => new()
    {
        JsonNode.Parse("""["p"]""")!,
        JsonNode.Parse("""{"name":"p"}""")!,
        JsonDocument.Parse("""["p"]""").RootElement,
        JsonDocument.Parse("""{"name":"p"}""").RootElement,
        new List<int> { 1 },
        new Hashtable { ["name"] = "p" },
        new object(),
        typeof(string),
    };

    [Theory]
    [MemberData(nameof(NoNames))]
    public void What_is_no_text_is_no_name(object value)
    {
        foreach (var source in new object[] { new { apiVersion = "v1", kind = "Pod", metadata = new { name = value } }, new Hashtable { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = value } })
        {
            Assert.Null(ObjectReferenceReader.Default.TryRead(source, out var error));
            Assert.StartsWith("The object of the kind Pod has no name: an event refers to its object by apiVersion, kind and metadata.name.", error, StringComparison.Ordinal);
        }
    }

    public static TheoryData<object, string> Names => new()
    {
        { 7, "7" },
        { -1.5, "-1.5" },
        { true, "True" },
        { 'p', "p" },
        { DayOfWeek.Friday, "Friday" },
        { new Guid("069e3417-9741-4279-b7b4-87e42b87371d"), "069e3417-9741-4279-b7b4-87e42b87371d" },
        { JsonNode.Parse("7")!, "7" },
        { JsonDocument.Parse("7").RootElement, "7" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void What_has_a_text_of_its_own_is_a_name(object value, string name) =>
        Assert.Equal(name, ObjectReferenceReader.Default.Read(new { apiVersion = "v1", kind = "Pod", metadata = new { name = value } }).Name);

    [Fact]
    public void The_exact_name_comes_before_another_case() =>
        Assert.Equal("right", ObjectReferenceReader.Default.Read(JsonNode.Parse("""{"Kind":"wrong","KIND":"wrong","kind":"right","apiVersion":"v1","metadata":{"name":"n"}}""")!).Kind);

    [Theory]
    [InlineData("""{"kind":"Redis","metadata":{"name":"r"}}""", "The object Redis/r has no apiVersion: an event refers to its object by apiVersion, kind and metadata.name.")]
    [InlineData("""{"apiVersion":"v1","metadata":{"name":"r"}}""", "The object 'r' (JsonObject) has no kind: an event refers to its object by apiVersion, kind and metadata.name.")]
    [InlineData("""{"apiVersion":"v1","kind":"","metadata":{"name":"r"}}""", "The object 'r' (JsonObject) has no kind: an event refers to its object by apiVersion, kind and metadata.name.")]
    [InlineData("""{"apiVersion":"v1","kind":"Redis","metadata":{}}""", "The object of the kind Redis has no name: an event refers to its object by apiVersion, kind and metadata.name.")]
    [InlineData("{}", "The object of the type JsonObject has no kind: an event refers to its object by apiVersion, kind and metadata.name.")]
    public void What_is_missing_is_named(string json, string message)
    {
        var error = Assert.Throws<ObjectReferenceException>(() => ObjectReferenceReader.Default.Read(JsonNode.Parse(json)!));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Of_a_class_without_what_is_needed_it_is_said_that_trimming_may_be_why()
    {
        Assert.Null(ObjectReferenceReader.Default.TryRead(new { apiVersion = "v1", metadata = new { name = "r" } }, out var error));
        Assert.EndsWith(" has no kind: an event refers to its object by apiVersion, kind and metadata.name. If the app is trimmed, its class may have lost that: pass an ObjectReference.", error, StringComparison.Ordinal);
        Assert.Null(new ObjectReferenceReader((_, _) => null).TryRead(new { }, out error));
        Assert.EndsWith("metadata.name.", error, StringComparison.Ordinal);
        Assert.Null(ObjectReferenceReader.Default.TryRead(new ObjectReference(), out error));
        Assert.EndsWith("metadata.name.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "There is no object: an event is about one.")]
    [InlineData("redis/my-op-redis", "A text is no object: an event is about an object with apiVersion, kind and metadata.name.")]
    [InlineData(5, "The object of the type Int32 has no kind: an event refers to its object by apiVersion, kind and metadata.name.")]
    [InlineData(new[] { 1 }, "A list (Int32[]) is no object: record on its items one by one.")]
    public void What_is_no_object_is_said_to_be_none(object? source, string message)
    {
        Assert.Null(ObjectReferenceReader.Default.TryRead(source, out var error));
        Assert.Equal(message, error);
    }

    [Fact]
    public void A_reference_without_an_apiVersion_is_none_but_one_in_an_event_is_as_the_kubelet_writes_it()
    {
        var node = new ObjectReference { Kind = "Node", Name = "n1" };
        Assert.Throws<ObjectReferenceException>(() => ObjectReferenceReader.Default.Read(node));
        Assert.Equal(node, ObjectReferenceReader.Default.Read(new KubeEvent { InvolvedObject = node }));
    }

    private static Hashtable Table() => new()
    {
        ["APIVERSION"] = "cache.example.com/v1",
        ["Kind"] = "Redis",
        ["Metadata"] = new Hashtable { ["Name"] = "my-op-redis", ["Namespace"] = "wire", ["UID"] = "u-1", ["ResourceVersion"] = "7" },
    };

    private static ExpandoObject Expando()
    {
        dynamic source = new ExpandoObject();
        source.apiVersion = "cache.example.com/v1";
        source.kind = "Redis";
        source.metadata = JsonNode.Parse(Json)!["metadata"];
        return source;
    }

    private sealed class Model
    {
        public string? ApiVersion { get; set; }

        public string? Kind { get; set; }

        public Meta? Metadata { get; set; }
    }

    [KubernetesEntity(Group = "cache.example.com", ApiVersion = "v1", Kind = "Redis")]
    private sealed class Entity
    {
        public string? ApiVersion { get; set; }

        public string? Kind { get; set; }

        public Meta? Metadata { get; set; }
    }

    private sealed class Meta
    {
        public string Name { get; } = "my-op-redis";

        public string NamespaceProperty { get; } = "wire";

        public string Uid { get; } = "u-1";

        public string ResourceVersion { get; } = "7";
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class KubernetesEntityAttribute : Attribute
    {
        public string? Group { get; set; }

        public string? ApiVersion { get; set; }

        public string? Kind { get; set; }
    }

    private sealed class Opaque : IEnumerable
    {
        public Dictionary<string, object> Properties { get; } = [];

        public object this[string name]
        {
            set => Properties[name] = value;
        }

        public IEnumerator GetEnumerator() => Properties.GetEnumerator();
    }
}
