namespace EventRecording;

/// <summary>The objects of a YAML file, which others read.</summary>
internal sealed class YamlItemReader(IEnumerable<ArchiveItem> items, Stream stream) : ItemReader
{
    private readonly IEnumerator<ArchiveItem> _items = items.GetEnumerator();

    public override bool Read()
    {
        // An error says itself where it is.
        Line = 0;
        if (!_items.MoveNext())
            return false;
        (Line, Json, Problem) = _items.Current;
        return true;
    }

    public override void Dispose()
    {
        _items.Dispose();
        stream.Dispose();
    }
}
