namespace EventRecording;

/// <summary>What the event of a series stands for; part of its name, so the values stay as they are.</summary>
internal enum SeriesKind : byte
{
    /// <summary>One message.</summary>
    Distinct = 0,

    /// <summary>Similar messages, of which it shows the latest.</summary>
    Combined = 1,

    /// <summary>One value, of which it shows the latest change.</summary>
    OnChange = 2,
}
