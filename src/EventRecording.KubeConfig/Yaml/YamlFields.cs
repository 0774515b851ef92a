using EventRecording.Cluster;

namespace EventRecording.KubeConfig;

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
        Field(node, name, YamlNodeKind.Scalar, "a text") is { Text.Length: > 0 } scalar ? scalar.Text : null;

    public static IReadOnlyList<string> Texts(this YamlNode node, string name) =>
        node.Sequence(name).Select(item => ItemText(item, name)).ToArray();

    public static bool Flag(this YamlNode node, string name) => Field(node, name, YamlNodeKind.Scalar, "true or false") switch
    {
        null => false,
        // kubectl reads YAML 1.1, where these are the same.
        { IsQuoted: false, Text: "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" } => true,
        { IsQuoted: false, Text: "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" } => false,
        var other => throw new ClusterConfigurationException($"{other.Place}: {name} must be true or false, without quotes."),
    };

    private static string ItemText(YamlNode item, string list) =>
        item.Kind == YamlNodeKind.Scalar
            ? item.Text
            : throw new ClusterConfigurationException($"{item.Place}: {list} must be a list of texts.");

    private static YamlNode? Field(YamlNode node, string name, YamlNodeKind kind, string what)
    {
        if (node[name] is not { IsNull: false } field)
            return null;
        return field.Kind == kind ? field : throw new ClusterConfigurationException($"{field.Place}: {name} must be {what}.");
    }
}
