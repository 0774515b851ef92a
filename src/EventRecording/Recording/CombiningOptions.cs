namespace EventRecording;

/// <summary>When distinct messages with one reason for one object are combined into one series.</summary>
public sealed record CombiningOptions
{
    /// <summary>The distinct message with this number, and each further new one, goes to the series of similar events.</summary>
    /// <value>Default: 10, as in client-go; at least 2.</value>
    public int Threshold { get; init; } = 10;

    /// <summary>A message that was not seen for this long no longer counts as one of the distinct ones.</summary>
    /// <value>Default: 10 minutes, as in client-go.</value>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(10);
}
