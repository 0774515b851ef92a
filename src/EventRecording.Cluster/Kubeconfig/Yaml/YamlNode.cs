namespace EventRecording.Cluster;

/// <summary>
/// A value in a YAML file, with its place for errors. An alias is the same node as its anchor, so that nothing is ever expanded.
/// </summary>
internal sealed class YamlNode(string file, long line, long column)
{
    // Merged mappings are followed by recursion: 500 of them fit on the stack.
    private const int MostMerged = 500;
    private readonly Dictionary<string, YamlNode> _properties = new(StringComparer.Ordinal);
    private readonly List<YamlNode> _items = [];
    private readonly HashSet<string> _beforeMerge = new(StringComparer.Ordinal);

    public YamlNodeKind Kind { get; init; }

    /// <summary>Text of a scalar.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether the scalar stands in quotes or in a block, and so is a text whatever it looks like.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Whether it stands in more than one place.</summary>
    public bool HasAlias { get; set; }

    /// <summary>Items of a sequence.</summary>
    public IReadOnlyList<YamlNode> Items => _items;

    /// <summary>Properties of a mapping. The last of several with one name counts, as for kubectl.</summary>
    public IReadOnlyDictionary<string, YamlNode> Properties => _properties;

    public string File => file;

    public long Line => line;

    /// <summary>File, line and column.</summary>
    public string Place => $"{file}:{line}:{column}";

    public bool IsNull => Kind == YamlNodeKind.Scalar && !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Whether the scalar is a text, and neither a number nor a truth value.</summary>
    public bool IsText => IsQuoted || IsNull || (PlainScalar.Flag(Text) is null && PlainScalar.Number(Text) is null);

    /// <summary>
    /// A property, its own or one of the mappings that are merged in with <c>&lt;&lt;</c>; these win over what stands before them, as for kubectl.
    /// </summary>
    public YamlNode? this[string name] => Find(name, new HashSet<YamlNode>(ReferenceEqualityComparer.Instance));

    /// <summary>Names of the properties that there are, its own and those that are merged in.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            var (names, seen) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<YamlNode>(ReferenceEqualityComparer.Instance));
            CollectNames(names, seen);
            return names;
        }
    }

    private IReadOnlyList<YamlNode> Merged =>
        !_properties.TryGetValue("<<", out var merged) ? [] : merged.Kind == YamlNodeKind.Sequence ? merged._items : [merged];

    public void Add(YamlNode item) => _items.Add(item);

    /// <summary>The last item, which is then no longer held; <see langword="null"/> without one.</summary>
    public YamlNode? TakeLast()
    {
        if (_items.Count == 0)
            return null;
        var item = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        return item;
    }

    public void Set(string name, YamlNode value)
    {
        if (name == "<<")
            _beforeMerge.UnionWith(_properties.Keys);
        else
            _beforeMerge.Remove(name);
        _properties[name] = value;
    }

    // A mapping can be merged into itself, or into another one several times: each is looked at once.
    private YamlNode? Find(string name, HashSet<YamlNode> seen)
    {
        if (!IsNew(seen))
            return null;
        var own = _properties.GetValueOrDefault(name);
        return own is null || _beforeMerge.Contains(name)
            ? Merged.Select(node => node.Find(name, seen)).FirstOrDefault(node => node is not null) ?? own
            : own;
    }

    private void CollectNames(HashSet<string> names, HashSet<YamlNode> seen)
    {
        if (!IsNew(seen))
            return;
        names.UnionWith(_properties.Keys.Where(name => name != "<<"));
        foreach (var merged in Merged)
            merged.CollectNames(names, seen);
    }

    private bool IsNew(HashSet<YamlNode> seen)
    {
        if (!seen.Add(this))
            return false;
        return seen.Count <= MostMerged
            ? true
            : throw new ClusterConfigurationException($"{Place}: more mappings are merged here than in any kubeconfig ({MostMerged}).");
    }
}

/// <summary>The three kinds of YAML.</summary>
internal enum YamlNodeKind
{
    /// <summary>A single value.</summary>
    Scalar,

    /// <summary>A list.</summary>
    Sequence,

    /// <summary>Names with values.</summary>
    Mapping,
}
