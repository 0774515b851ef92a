namespace EventRecording.Cluster;

/// <summary>
/// Reads typed fields of a mapping. A field that isn't there or is null is <see langword="null"/>; one of a wrong type is an error with
/// its place.
/// </summary>
internal static class YamlFields
{
    public static YamlNode? Mapping(this YamlNode node, string name) => Field(node, name, YamlNodeKind.Mapping, "a mapping");

    public static IReadOnlyList<YamlNode> Sequence(this YamlNode node, string name) =>
        Field(node, name, YamlNodeKind.Sequence, "a list")?.Items ?? [];

    /// <summary>A text; the empty one counts as none.</summary>
    public static string? Text(this YamlNode node, string name) =>
        Field(node, name, YamlNodeKind.Scalar, "a text") is { } scalar && RequireText(scalar, name) is { Length: > 0 } text ? text : null;

    /// <summary>The texts of a list; one that is null is empty, as for kubectl.</summary>
    public static IReadOnlyList<string> Texts(this YamlNode node, string name) =>
        node.Sequence(name).Select(item => ItemText(item, name)).ToArray();

    public static bool Flag(this YamlNode node, string name)
    {
        if (Field(node, name, YamlNodeKind.Scalar, "true or false") is not { } field)
            return false;
        return (field.IsQuoted ? null : PlainScalar.Flag(field.Text))
            ?? throw new ClusterConfigurationException($"{field.Place}: {name} must be true or false, without quotes.");
    }

    private static string ItemText(YamlNode item, string list) =>
        item.Kind == YamlNodeKind.Scalar
            ? item.IsNull ? "" : RequireText(item, list)
            : throw new ClusterConfigurationException($"{item.Place}: {list} must be a list of texts.");

    // As kubectl: it is not for us to say whether 0123 was meant as a text or as 83.
    private static string RequireText(YamlNode scalar, string name) =>
        scalar.IsText
            ? scalar.Text
            : throw new ClusterConfigurationException($"{scalar.Place}: {name} must be a text, and this is a number or a truth value; put it in quotes.");

    private static YamlNode? Field(YamlNode node, string name, YamlNodeKind kind, string what)
    {
        if (node[name] is not { IsNull: false } field)
            return null;
        return field.Kind == kind ? field : throw new ClusterConfigurationException($"{field.Place}: {name} must be {what}.");
    }
}
