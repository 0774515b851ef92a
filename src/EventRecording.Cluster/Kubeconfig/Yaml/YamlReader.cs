using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EventRecording.Cluster;

/// <summary>Reads YAML or JSON: the first document of a file, or the items of all.</summary>
/// <remarks>
/// On events instead of a deserializer: neither depth nor aliases can blow up then, and every value keeps its place for errors.
/// </remarks>
internal sealed class YamlReader(string file, int maxDepth = YamlReader.KubeconfigDepth)
{
    /// <summary>As deep as events and the objects around them are read from JSON.</summary>
    internal const int ArchiveDepth = 512;

    private const int KubeconfigDepth = 64;
    private const string Tags = "tag:yaml.org,2002:";
    private const string BinaryTag = Tags + "binary";
    private const string IntTag = Tags + "int";
    private const string FloatTag = Tags + "float";
    private const string BoolTag = Tags + "bool";
    private const string NullTag = Tags + "null";
    private readonly Stack<OpenNode> _open = new();
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
    private YamlNode? _root;
    private Scanner? _scanner;

    // How many mappings and sequences are open that are passed over, and why.
    private int _skipped;
    private string? _problem;

    /// <summary>The root; <see langword="null"/> for an empty file.</summary>
    /// <exception cref="ClusterConfigurationException">The text is no YAML.</exception>
    public static YamlNode? Read(string file, string text)
    {
        var reader = new YamlReader(file);
        return reader.Read(reader.Parse(new StringReader(text)));
    }

    /// <summary>Reads all documents: the items of a list one by one, so that no more than one is held, and any other document whole.</summary>
    /// <returns>Each item, and why it is not whole: what is nested too deep is passed over.</returns>
    /// <exception cref="ClusterConfigurationException">The text is no YAML.</exception>
    public static IEnumerable<(YamlNode Item, string? Problem)> ReadItems(string file, TextReader text)
    {
        var reader = new YamlReader(file, ArchiveDepth);
        var parser = reader.Parse(text);
        while (reader.MoveNext(parser) && parser.Current is { } current)
        {
            if (reader.Skips(current))
                continue;
            reader.Read(current);
            if (reader.Items is { } items && items.TakeLast() is { } item)
                yield return (item, reader.TakeProblem());
            if (current is not DocumentEnd)
                continue;
            if (reader._root is { IsNull: false } root && root.Properties.GetValueOrDefault("items") is not { Kind: YamlNodeKind.Sequence })
                yield return (root, reader.TakeProblem());
            reader._root = null;
            reader._anchors.Clear();
        }
    }

    // The list whose last item is whole.
    private YamlNode? Items =>
        _open.Count == 2 && _root?.Properties.GetValueOrDefault("items") is { Kind: YamlNodeKind.Sequence } items && _open.Peek().Is(items) ? items : null;

    private Parser Parse(TextReader text) => new(_scanner = new Scanner(text));

    private YamlNode? Read(Parser parser)
    {
        while (MoveNext(parser) && parser.Current is { } current and not DocumentEnd)
        {
            Read(current);
            if (_problem is not null)
                throw new ClusterConfigurationException(_problem);
        }

        return _root;
    }

    private bool Skips(ParsingEvent current)
    {
        if (_skipped == 0)
            return false;
        _skipped += current.NestingIncrease;
        return true;
    }

    private string? TakeProblem()
    {
        var problem = _problem;
        _problem = null;
        return problem;
    }

    private bool MoveNext(Parser parser)
    {
        var last = parser.Current?.End ?? Mark.Empty;
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException exception)
        {
            // The mapping in which the mistake stands may begin with the file.
            throw NoYaml(exception.Start.Index < last.Index ? _scanner!.CurrentPosition : exception.Start, Explain(exception), exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException
            or ArithmeticException or IndexOutOfRangeException)
        {
            // The parser has mistakes of its own on broken input; what it had read last is close to the place.
            throw NoYaml(last, "it ends or goes on in an unexpected way", exception);
        }
    }

    private ClusterConfigurationException NoYaml(Mark mark, string why, Exception inner) =>
        new($"{file}:{mark.Line}:{mark.Column}: this is no valid YAML: {why}", inner);

    private void Read(ParsingEvent current)
    {
        switch (current)
        {
            case Scalar scalar:
                Add(Create(scalar), scalar.Anchor);
                break;
            case SequenceStart start:
                Open(Create(start, YamlNodeKind.Sequence), start.Anchor);
                break;
            case MappingStart start:
                Open(Create(start, YamlNodeKind.Mapping), start.Anchor);
                break;
            case AnchorAlias alias:
                Add(Resolve(alias), AnchorName.Empty);
                break;
            case SequenceEnd or MappingEnd:
                _open.Pop();
                break;
        }
    }

    private void Open(YamlNode node, AnchorName anchor)
    {
        Add(node, anchor);
        if (_open.Count >= maxDepth)
        {
            _problem ??= $"{node.Place}: this is nested deeper than {maxDepth} levels.";
            _skipped = 1;
            return;
        }

        _open.Push(new OpenNode(node));
    }

    private void Add(YamlNode node, AnchorName anchor)
    {
        if (!anchor.IsEmpty)
            _anchors[anchor] = node;
        if (_open.TryPeek(out var parent))
            parent.Add(node);
        else
            _root ??= node;
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var anchored))
            throw new ClusterConfigurationException($"{file}:{alias.Start.Line}:{alias.Start.Column}: the alias has no anchor.");
        anchored.HasAlias = true;
        return anchored;
    }

    private YamlNode Create(ParsingEvent at, YamlNodeKind kind) => new(file, at.Start.Line, at.Start.Column) { Kind = kind };

    private YamlNode Create(Scalar scalar)
    {
        var tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        var isPlain = tag is IntTag or FloatTag or BoolTag or NullTag || (tag.Length == 0 && scalar.Style == ScalarStyle.Plain);
        return new YamlNode(file, scalar.Start.Line, scalar.Start.Column)
        {
            Kind = YamlNodeKind.Scalar,
            Text = tag == BinaryTag ? Decode(scalar) : scalar.Value,
            IsQuoted = !isPlain,
        };
    }

    private string Decode(Scalar scalar)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(scalar.Value));
        }
        catch (FormatException)
        {
            throw new ClusterConfigurationException($"{file}:{scalar.Start.Line}:{scalar.Start.Column}: !!binary is no valid base64.");
        }
    }

    // The message of the parser quotes no text of the file beyond single characters, but it repeats the place.
    private static string Explain(YamlException exception) => exception.Message.Split("): ", 2)[^1];

    private static YamlNode RequireKey(YamlNode node) =>
        node is { Kind: YamlNodeKind.Scalar, IsNull: false }
            ? node
            : throw new ClusterConfigurationException($"{node.Place}: the name of a field must be a text.");

    private sealed class OpenNode(YamlNode node)
    {
        private YamlNode? _key;

        public bool Is(YamlNode other) => ReferenceEquals(node, other);

        public void Add(YamlNode child)
        {
            if (node.Kind == YamlNodeKind.Sequence)
            {
                node.Add(child);
            }
            else if (_key is null)
            {
                _key = RequireKey(child);
            }
            else
            {
                node.Set(_key.Text, child);
                _key = null;
            }
        }
    }
}
