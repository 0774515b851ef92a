namespace EventRecording;

/// <summary>Where an occurrence stands in its batch: it decides between created and counted, and what a value on change is compared with.</summary>
internal enum BatchPosition : byte
{
    First,
    Later,

    /// <summary>Its value is that of the one before.</summary>
    Repeat,
}
