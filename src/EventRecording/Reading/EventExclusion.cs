namespace EventRecording;

/// <summary>Which events are not wanted: one that any of the values fits is left out.</summary>
/// <remarks>Wildcards as in <see cref="EventQuery"/>. Values without wildcards go to the server as <c>!=</c>, the others are filtered here.</remarks>
public sealed record EventExclusion
{
    /// <summary>Namespaces of the events.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Namespaces
    {
        get;
        init => field = EventQuery.Checked(value, nameof(Namespaces));
    } = [];

    /// <summary>Objects as <c>kind/name</c>, such as <c>pod/web-*</c> or <c>node/*</c>. A kind without wildcards is taken in any case, in the plural, and by the short names that every cluster has.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentException">A value is no <c>kind/name</c>, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Objects
    {
        get;
        init
        {
            field = EventQuery.Checked(value, nameof(Objects));
            if (field.FirstOrDefault(it => it.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]) is { } bad)
                throw new ArgumentException($"'{SafeText.Quote(bad)}' names no objects to leave out: write kind/name, such as pod/web-* or node/*.");
        }
    } = [];

    /// <summary>Reasons.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Reasons
    {
        get;
        init => field = EventQuery.Checked(value, nameof(Reasons));
    } = [];

    /// <summary>Who wrote the events, compared with <see cref="KubeEvent.Source"/>.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Sources
    {
        get;
        init => field = EventQuery.Checked(value, nameof(Sources));
    } = [];
}

/// <summary>Objects by kind and name, each of which may be a pattern.</summary>
internal sealed record ObjectPattern(TextPattern Kind, TextPattern Name)
{
    public static ObjectPattern Parse(string text) => text.Split('/') is [var kind, var name]
        ? new ObjectPattern(TextPattern.Parse(kind), TextPattern.Parse(name))
        : throw new ArgumentException($"'{text}' is no kind/name.", nameof(text));

    public bool Means(ObjectReference it) =>
        Name.IsMatch(it.Name) && (Kind.Literal is { } word ? KindName.Names(word, it.Kind) : Kind.IsMatch(it.Kind));

    public override string ToString() => $"{Kind}/{Name}";
}
