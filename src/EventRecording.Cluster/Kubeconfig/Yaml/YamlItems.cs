using System.Text;

namespace EventRecording.Cluster;

/// <summary>Reads the objects of YAML files, as <c>kubectl -o yaml</c> and must-gather write them; for <see cref="EventArchiveReader"/>.</summary>
public static class YamlItems
{
    /// <summary>The items of each list and every other document, as JSON. Aliases are expanded up to 10,000 values in an object, which may be nested 512 deep; one that is more says so, and the rest is read.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="file">Its name.</param>
    /// <exception cref="InvalidDataException">It is no YAML; the message says where.</exception>
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

    private static ArchiveItem? Next(IEnumerator<(YamlNode Item, string? Problem)> nodes, string file)
    {
        try
        {
            return nodes.MoveNext() ? Convert(nodes.Current.Item, nodes.Current.Problem, file) : null;
        }
        catch (ClusterConfigurationException e)
        {
            throw new InvalidDataException(e.Message[(file.Length + 1)..], e);
        }
    }

    // The problem says itself where it is.
    private static ArchiveItem Convert(YamlNode node, string? problem, string file)
    {
        try
        {
            return problem is null ? new ArchiveItem(node.Line, Encoding.UTF8.GetBytes(YamlJson.Write(node))) : new ArchiveItem(0, default, problem[(file.Length + 1)..]);
        }
        catch (ClusterConfigurationException e)
        {
            return new ArchiveItem(0, default, e.Message[(file.Length + 1)..]);
        }
    }
}
