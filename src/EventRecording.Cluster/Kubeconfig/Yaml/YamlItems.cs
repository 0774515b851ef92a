using System.Text;

namespace EventRecording.Cluster;

/// <summary>Reads the objects of YAML files, as <c>kubectl -o yaml</c> and must-gather write them; for <see cref="EventArchiveReader"/>.</summary>
public static class YamlItems
{
    /// <summary>The items of each list and every other document, as JSON. Aliases are expanded up to 10,000 values in an object.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="file">Its name.</param>
    /// <exception cref="InvalidDataException">It is no YAML, or expands to too much; the message says where.</exception>
    public static IEnumerable<ArchiveItem> Read(Stream yaml, string file)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(file);
        return ReadItems(yaml, file);
    }

    private static IEnumerable<ArchiveItem> ReadItems(Stream yaml, string file)
    {
        using var text = new StreamReader(yaml);
        using var nodes = YamlReader.ReadItems(file, text).GetEnumerator();
        while (Next(nodes, file) is { } item)
            yield return item;
    }

    private static ArchiveItem? Next(IEnumerator<YamlNode> nodes, string file)
    {
        try
        {
            return nodes.MoveNext() ? new ArchiveItem(nodes.Current.Line, Encoding.UTF8.GetBytes(YamlJson.Write(nodes.Current))) : null;
        }
        catch (ClusterConfigurationException e)
        {
            throw new InvalidDataException(e.Message[(file.Length + 1)..], e);
        }
    }
}
