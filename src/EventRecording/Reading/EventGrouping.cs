namespace EventRecording;

/// <summary>What events are grouped by; several together group by their combination.</summary>
[Flags]
#pragma warning disable CA1720 // Object is what kubectl calls it, too.
public enum EventGrouping
{
    /// <summary>All events are one group.</summary>
    None = 0,

    /// <summary>Normal or Warning.</summary>
    Type = 1,

    /// <summary>The reason.</summary>
    Reason = 2,

    /// <summary>The object that the event is about: kind, group, namespace and name. A new object of the same name is the same here.</summary>
    Object = 4,

    /// <summary>Who wrote the event, see <see cref="KubeEvent.Source"/>.</summary>
    Source = 8,
}
#pragma warning restore CA1720
