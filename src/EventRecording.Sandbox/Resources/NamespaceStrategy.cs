using System.Text.Json.Nodes;

namespace EventRecording.Sandbox;

/// <summary>Namespaces.</summary>
internal sealed class NamespaceStrategy(KubernetesRules rules) : ResourceStrategy
{
    private static readonly ObjectSchema Spec = new("NamespaceSpec", new FieldSchema("finalizers", FieldType.StringList));

    private static readonly ObjectSchema Status = new(
        "NamespaceStatus",
        new FieldSchema("phase", FieldType.String),
        new FieldSchema("conditions", FieldType.Dropped));

    private static readonly ObjectSchema Schema = new(
        "Namespace",
        MetadataSchema.Field,
        new FieldSchema("spec", FieldType.Struct, Always: true, Spec),
        new FieldSchema("status", FieldType.Struct, Always: true, Status));

    public override string StorageName => "namespaces";

    public override IReadOnlyList<string> FieldLabels { get; } = ["status.phase"];

    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        CommonColumns.Name,
        TableColumn.Text("Status", 0, (item, _) => item.Object("status").Text("phase")),
        CommonColumns.Age,
    ];

    public static bool IsTerminating(JsonObject space) => space.Object("status").Text("phase") == "Terminating";

    public override JsonObject Decode(JsonObject source, ICollection<string> unknown) => Schema.Decode(source, unknown);

    public override string[] ReadFields(JsonObject stored) => [stored.Object("status").Text("phase")];

    public override void PrepareForCreate(JsonObject created)
    {
        var metadata = created.Metadata();
        if (rules != KubernetesRules.V1_20)
            metadata.Ensure("labels")["kubernetes.io/metadata.name"] = metadata.Text("name");
        created["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        created["status"] = new JsonObject { ["phase"] = "Active" };
    }

    public override void PrepareForUpdate(JsonObject updated, JsonObject old, string subresource)
    {
        updated["spec"] = old["spec"]?.DeepClone();
        if (subresource.Length == 0)
            updated["status"] = old["status"]?.DeepClone();
    }

    public override IEnumerable<string> ValidateName(string name) => Names.Label(name);
}
