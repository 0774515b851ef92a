namespace EventRecording.Cluster;

/// <summary>
/// A resource as people name it: <c>redis</c>, <c>rd</c>, <c>redises.cache.example.com</c>, <c>Redis.v1.cache.example.com</c>; in any
/// case.
/// </summary>
internal sealed record ResourceName
{
    public ResourceName(string text)
    {
        Text = text;
#pragma warning disable CA1308 // Resource names are lower case, as kubectl takes them.
        var parts = text.ToLowerInvariant().Split('.', 3);
        var readings = new List<ResourceNameReading>();
        // What stands behind the first dot may be a version, or the beginning of a group.
        if (parts.Length == 3)
            readings.Add(new ResourceNameReading(parts[0], parts[1], parts[2]));
        readings.Add(new ResourceNameReading(parts[0], null, parts.Length == 1 ? null : text.ToLowerInvariant()[(parts[0].Length + 1)..]));
#pragma warning restore CA1308
        Readings = readings;
    }

    public string Text { get; }

    /// <summary>What the name can mean, the likeliest first.</summary>
    public IReadOnlyList<ResourceNameReading> Readings { get; }
}

/// <summary>One meaning of a <see cref="ResourceName"/>.</summary>
internal sealed record ResourceNameReading(string Name, string? Version, string? Group);
