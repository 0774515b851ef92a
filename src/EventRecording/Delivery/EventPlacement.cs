namespace EventRecording;

/// <summary>Where the event of a series stands: API group, namespace and name; by the rules of the API, and by what was learned of the server.</summary>
internal sealed class EventPlacement(ServerCapabilities capabilities, EventBroadcasterOptions options)
{
    private const string DefaultNamespace = "default";
    private const string SystemNamespace = "kube-system";

    public static bool IsForClusterScope(string eventNamespace) => eventNamespace is DefaultNamespace or SystemNamespace;

    /// <summary>The group through which a new series is written.</summary>
    public string GroupFor(in SeriesKey key)
    {
        var group = capabilities.NeedsOtherGroup(key.Regarding.Namespace) ? OtherGroup(options.ApiVersion) : options.ApiVersion;
        return Takes(group, key) ? group : EventApiVersion.CoreV1;
    }

    /// <summary>The namespace of an event; old servers want those about cluster-scoped objects with eventTime in kube-system.</summary>
    public string NamespaceFor(string? objectNamespace, string apiVersion) =>
        !string.IsNullOrEmpty(objectNamespace) ? objectNamespace : capabilities.NeedsSystemNamespace(apiVersion) ? SystemNamespace : DefaultNamespace;

    /// <summary>Where the event is looked for first.</summary>
    public KnownEvent Place(Series series)
    {
        var key = series.Key;
        var apiVersion = GroupFor(key);
        return new KnownEvent
        {
            ApiVersion = apiVersion,
            Namespace = NamespaceFor(key.Regarding.Namespace, apiVersion),
            Name = EventName.For(key, apiVersion),
        };
    }

    /// <summary>Leaves an event alone that is a stranger's, or full, or cannot be patched.</summary>
    public void UseNextName(Series series)
    {
        var known = series.Event!;
        known.NameAttempt++;
        Rename(series, known, EventName.SuffixFor(known.NameAttempt));
    }

    /// <summary>A name for one write alone, which nobody else knows.</summary>
    public void UseOwnName(Series series)
    {
        Rename(series, series.Event!, null);
        series.Event!.HasOwnName = true;
    }

    /// <summary>Another namespace for the events of a cluster-scoped object, if there is one.</summary>
    public static bool TryOtherNamespace(Series series)
    {
        var known = series.Event!;
        if (!string.IsNullOrEmpty(series.Key.Regarding.Namespace) || known.Namespace != DefaultNamespace)
            return false;
        known.Namespace = SystemNamespace;
        return true;
    }

    /// <summary>The other API group, if the event may stand there.</summary>
    public bool TryOtherGroup(Series series)
    {
        var (key, known) = (series.Key, series.Event!);
        var group = OtherGroup(known.ApiVersion);
        if (!Takes(group, key))
            return false;
        known.ApiVersion = group;
        known.Namespace = NamespaceFor(key.Regarding.Namespace, group);
        Rename(series, known, EventName.SuffixFor(known.NameAttempt));
        return true;
    }

    /// <summary>The server took the event there: for some minutes new series begin with this group and this namespace.</summary>
    /// <param name="write">The write, of which the group may be forbidden that was tried first.</param>
    public void Keep(SeriesWrite write)
    {
        var (key, known) = (write.Series.Key, write.Series.Event!);
        if (write.Forbidden is not null)
            KeepGroup(key.Regarding.Namespace, known.ApiVersion, write.OtherGroupTookOne);
        if (string.IsNullOrEmpty(key.Regarding.Namespace))
            KeepNamespace(known);
    }

    private static string OtherGroup(string apiVersion) =>
        apiVersion == EventApiVersion.CoreV1 ? EventApiVersion.EventsV1 : EventApiVersion.CoreV1;

    // The group may hold an event of the series: events.k8s.io/v1 never changes a note.
    private static bool Takes(string apiVersion, in SeriesKey key) =>
        apiVersion == EventApiVersion.CoreV1 || (key.Kind != SeriesKind.OnChange && OccurrenceRules.FitsEventsV1(key.Type, key.Reason, key.Action));

    private void KeepGroup(string? objectNamespace, string apiVersion, bool isForTheSecondTime)
    {
        if (apiVersion == options.ApiVersion)
            capabilities.UsePreferredGroup(objectNamespace);
        else
            capabilities.UseOtherGroup(objectNamespace, apiVersion, forbidden: OtherGroup(apiVersion), isForTheSecondTime);
    }

    private void KeepNamespace(KnownEvent known)
    {
        if (known.Namespace == NamespaceFor(null, known.ApiVersion))
            return;
        if (known.Namespace == SystemNamespace)
            capabilities.UseSystemNamespace(known.ApiVersion);
        else
            capabilities.UseDefaultNamespace(known.ApiVersion);
    }

    private void Rename(Series series, KnownEvent known, string? suffix)
    {
        known.ResourceVersion = null;
        known.StaleAnnotations = null;
        // The old event goes on with its count.
        known.HighestCount = 0;
        known.HasOwnName = false;
        known.Suffix = suffix ?? EventName.RandomSuffix(options.Random);
        known.Name = EventName.For(series.Key, known.ApiVersion, known.Suffix);
    }
}
