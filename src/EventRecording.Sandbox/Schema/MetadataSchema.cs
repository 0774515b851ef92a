namespace EventRecording.Sandbox;

/// <summary>The metadata that all objects have. Field managers are not served, so <c>managedFields</c> is read and dropped.</summary>
internal static class MetadataSchema
{
    public static readonly ObjectSchema OwnerReference = new(
        "OwnerReference",
        new FieldSchema("apiVersion", FieldType.String, Always: true),
        new FieldSchema("kind", FieldType.String, Always: true),
        new FieldSchema("name", FieldType.String, Always: true),
        new FieldSchema("uid", FieldType.String, Always: true),
        new FieldSchema("controller", FieldType.Bool),
        new FieldSchema("blockOwnerDeletion", FieldType.Bool));

    public static readonly ObjectSchema ObjectMeta = new(
        "ObjectMeta",
        new FieldSchema("name", FieldType.String),
        new FieldSchema("generateName", FieldType.String),
        new FieldSchema("namespace", FieldType.String),
        new FieldSchema("uid", FieldType.String),
        new FieldSchema("resourceVersion", FieldType.String),
        new FieldSchema("generation", FieldType.Int64),
        new FieldSchema("creationTimestamp", FieldType.Time),
        new FieldSchema("deletionTimestamp", FieldType.Time),
        new FieldSchema("deletionGracePeriodSeconds", FieldType.Int64),
        new FieldSchema("labels", FieldType.StringMap),
        new FieldSchema("annotations", FieldType.StringMap),
        new FieldSchema("ownerReferences", FieldType.StructList, Schema: OwnerReference),
        new FieldSchema("finalizers", FieldType.StringList),
        new FieldSchema("selfLink", FieldType.Dropped),
        new FieldSchema("managedFields", FieldType.Dropped));

    public static readonly FieldSchema Field = new("metadata", FieldType.Struct, Always: true, ObjectMeta);
}
