using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>Turns a value into JSON. Here, and only here, aliases are expanded: so up to a limit.</summary>
internal sealed class YamlJson
{
    private const int MostExpanded = 10_000;
    private int _expanded;

    /// <exception cref="ClusterConfigurationException">Its aliases expand to too much, or it contains itself.</exception>
    public static string Write(YamlNode node) => new YamlJson().Convert(node, 0, false)?.ToJsonString() ?? "null";

    private JsonNode? Convert(YamlNode node, int depth, bool isExpanded)
    {
        isExpanded |= node.HasAlias;
        if ((isExpanded && ++_expanded > MostExpanded) || depth > YamlReader.ArchiveDepth)
            throw new ClusterConfigurationException($"{node.Place}: with its aliases expanded this value is too large, or contains itself.");
        return node.Kind switch
        {
            YamlNodeKind.Mapping => new JsonObject(
                node.Properties.Select(property => KeyValuePair.Create(property.Key, Convert(property.Value, depth + 1, isExpanded)))),
            YamlNodeKind.Sequence => new JsonArray(node.Items.Select(item => Convert(item, depth + 1, isExpanded)).ToArray()),
            _ => Scalar(node),
        };
    }

    private static JsonNode? Scalar(YamlNode node)
    {
        if (node.IsNull)
            return null;
        if (node.IsQuoted)
            return node.Text;
        if (PlainScalar.Flag(node.Text) is { } flag)
            return flag;
        if (PlainScalar.Number(node.Text) is not { } number)
            return node.Text;
        return number.TryGetValue<double>(out var value) && !double.IsFinite(value)
            ? throw new ClusterConfigurationException($"{node.Place}: JSON has no such number; put it in quotes.")
            : number;
    }
}
