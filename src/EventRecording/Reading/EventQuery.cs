namespace EventRecording;

/// <summary>Which events to list or to watch: what <c>Get-KubeEvent</c> and <c>Watch-KubeEvent</c> ask for.</summary>
/// <remarks>
/// All conditions must hold; of several values in one condition, one must.
/// Namespaces, types, reasons and sources may hold the wildcards <c>*</c>, <c>?</c> and <c>[a-z]</c> (a backtick takes away their meaning).
/// A value with wildcards is compared in any case, as PowerShell does; one without is compared exactly, as the API does.
/// What the server can filter goes into the field selector, the rest is filtered here: <see cref="ToString"/> says which.
/// </remarks>
public sealed record EventQuery
{
    /// <summary>Namespaces of the events.</summary>
    /// <value>
    /// Default: empty, which means all. Without wildcards each is a list of its own, so that rights in these namespaces suffice.
    /// </value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Namespaces
    {
        get;
        init => field = Checked(value, nameof(Namespaces));
    } = [];

    /// <summary>The objects that the events are about; fields that are <see langword="null"/> are not compared.</summary>
    /// <value>Default: empty, which means any.</value>
    /// <remarks>
    /// A uid excludes namesakes that were deleted. Events whose writer gave no uid match all the same,
    /// and so do those of a kubelet about its node, which carry the node's name as uid.
    /// </remarks>
    /// <exception cref="ArgumentException">A reference has neither kind, name nor uid.</exception>
    public IReadOnlyList<ObjectReference> Objects
    {
        get;
        init => field = CheckedObjects(value);
    } = [];

    /// <summary>Types, such as <c>Warning</c>; <c>normal</c> and <c>warning</c> are taken in any case.</summary>
    /// <value>Default: empty, which means any.</value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Types
    {
        get;
        init => field = Checked(value, nameof(Types));
    } = [];

    /// <summary>Reasons, such as <c>ScaledUp</c> or <c>Failed*</c>.</summary>
    /// <value>Default: empty, which means any.</value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Reasons
    {
        get;
        init => field = Checked(value, nameof(Reasons));
    } = [];

    /// <summary>Who wrote the event, compared with <see cref="KubeEvent.Source"/>.</summary>
    /// <value>Default: empty, which means any.</value>
    /// <exception cref="ArgumentException">A value is empty, or its wildcards cannot be read.</exception>
    public IReadOnlyList<string> Sources
    {
        get;
        init => field = Checked(value, nameof(Sources));
    } = [];

    /// <summary>Which of all these are not wanted.</summary>
    /// <value>Default: none.</value>
    public EventExclusion Exclude
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(Exclude));
    } = new();

    /// <summary>
    /// Events that happened at this instant or later: <see cref="KubeEvent.LastSeen"/>, else the time of creation, is not before it.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>
    /// Events that happened at this instant or earlier: <see cref="KubeEvent.FirstSeen"/>, else the time of creation, is not after it.
    /// </summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A field selector that is sent as it is, beside what the other conditions give.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>A label selector that is sent as it is.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>How many events are wanted at most; of a sorted list, its first ones.</summary>
    /// <value>Default: <see langword="null"/>, which means all.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? First
    {
        get;
        init
        {
            if (value is { } first)
                ArgumentOutOfRangeException.ThrowIfLessThan(first, 1, nameof(First));
            field = value;
        }
    }

    /// <summary>Group through which to read.</summary>
    /// <value>Default: <see cref="EventApiVersion.CoreV1"/>.</value>
    public string ApiVersion { get; init; } = EventApiVersion.CoreV1;

    /// <summary>What is sent to the server and what is filtered here, in one line for a verbose message.</summary>
    public override string ToString() => EventSelection.Of(this).ToString();

    internal static IReadOnlyList<string> Checked(IReadOnlyList<string> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        foreach (var value in values)
        {
            if (string.IsNullOrEmpty(value))
                throw new ArgumentException($"{name} holds an empty value; leave it out to ask for all.", name);
            try
            {
                TextPattern.Parse(value);
            }
            catch (FormatException e)
            {
                throw new ArgumentException(e.Message, name, e);
            }
        }

        return [.. values];
    }

    private static IReadOnlyList<ObjectReference> CheckedObjects(IReadOnlyList<ObjectReference> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Any(it => it is null || (string.IsNullOrEmpty(it.Kind) && string.IsNullOrEmpty(it.Name) && string.IsNullOrEmpty(it.Uid))))
            throw new ArgumentException("An object to look for needs a kind, a name or a uid.", nameof(value));
        return [.. value];
    }
}
