namespace EventRecording;

/// <summary>The two types of events that Kubernetes defines.</summary>
public static class EventType
{
    /// <summary>Something happened as it should.</summary>
    public const string Normal = "Normal";

    /// <summary>Something needs attention.</summary>
    public const string Warning = "Warning";
}
