namespace EventRecording;

/// <summary>What is known of the event of a series: where it is and what it held when it was last seen.</summary>
internal sealed class KnownEvent
{
    /// <summary>The group of the series; fixed once the event exists.</summary>
    public required string ApiVersion { get; set; }

    public required string Namespace { get; set; }

    public required string Name { get; set; }

    /// <summary>What <see cref="Name"/> has behind the hash.</summary>
    public string Suffix { get; set; } = "";

    /// <summary>How many names were given up because they hold somebody else's event.</summary>
    public int NameAttempt { get; set; }

    /// <summary>The name was made for one write alone, since the role allows no patch: if it is taken, that write was applied.</summary>
    public bool HasOwnName { get; set; }

    /// <summary><see langword="null"/> while the event is not known to exist.</summary>
    public string? ResourceVersion { get; set; }

    public int Count { get; set; }

    /// <summary>The highest count ever seen: an event that is gone is created again with it.</summary>
    public int HighestCount { get; set; }

    public DateTime First { get; set; }

    public DateTime Last { get; set; }

    /// <summary>The value of a series on change.</summary>
    public ValueMark? Value { get; set; }

    /// <summary>The event of a series on change as it was last seen, and when: asked again within moments, the server need not be.</summary>
    public SeenEvent? Seen { get; set; }

    /// <summary>Annotations that the next patch removes: marks of other writers that nobody can ask for any more, and what ours leave no room for.</summary>
    public List<string>? StaleAnnotations { get; set; }

    /// <summary>The patch that reads the event: an empty one changes nothing.</summary>
    public EventPatch ToRead() => new() { ApiVersion = ApiVersion, Namespace = Namespace, Name = Name };

    /// <summary>Whether an answer holds this event: a gateway that wants a login answers with success, too, and a redirect makes a list of a create.</summary>
    public bool IsIn(KubeEvent? answer) => answer is not null && answer.Name == Name && !string.IsNullOrEmpty(answer.ResourceVersion);
}

/// <summary>An event as the server had it at a time.</summary>
internal sealed record SeenEvent(KubeEvent Event, DateTime At);
