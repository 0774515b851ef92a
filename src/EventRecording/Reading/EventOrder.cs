namespace EventRecording;

/// <summary>
/// The order in which people read events: last seen, then created, then version, then namespace and name. Events without a time come
/// first.
/// </summary>
public sealed class EventOrder : IComparer<KubeEvent>
{
    private EventOrder()
    {
    }

    /// <summary>The order.</summary>
    public static EventOrder ByLastSeen { get; } = new();

    /// <inheritdoc/>
    public int Compare(KubeEvent? x, KubeEvent? y)
    {
        if (x is null || y is null)
            return Comparer<bool>.Default.Compare(x is not null, y is not null);
        var order = Nullable.Compare(x.LastSeen, y.LastSeen);
        if (order == 0)
            order = Nullable.Compare(x.CreationTimestamp, y.CreationTimestamp);
        if (order == 0)
            order = ResourceVersions.Compare(x.ResourceVersion, y.ResourceVersion);
        if (order == 0)
            order = string.CompareOrdinal(x.Namespace, y.Namespace);
        return order != 0 ? order : string.CompareOrdinal(x.Name, y.Name);
    }
}
