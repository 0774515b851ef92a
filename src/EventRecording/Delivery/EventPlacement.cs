namespace EventRecording;

/// <summary>Where the event of a series stands: API group, namespace and name.</summary>
internal sealed class EventPlacement(ServerCapabilities capabilities, Random random)
{
    /// <summary>Where the event is looked for first.</summary>
    public KnownEvent Place(Series series)
    {
        var key = series.Key;
        var apiVersion = capabilities.GroupFor(key);
        return new KnownEvent
        {
            ApiVersion = apiVersion,
            Namespace = capabilities.NamespaceFor(key.Regarding.Namespace, apiVersion),
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
        if (!string.IsNullOrEmpty(series.Key.Regarding.Namespace) || ServerCapabilities.OtherNamespace(known.Namespace) is not { } other)
            return false;
        known.Namespace = other;
        return true;
    }

    /// <summary>The other API group, if the event may stand there.</summary>
    public bool TryOtherGroup(Series series)
    {
        var (key, known) = (series.Key, series.Event!);
        var group = ServerCapabilities.OtherGroup(known.ApiVersion);
        if (!ServerCapabilities.Takes(group, key))
            return false;
        known.ApiVersion = group;
        known.Namespace = capabilities.NamespaceFor(key.Regarding.Namespace, group);
        Rename(series, known, EventName.SuffixFor(known.NameAttempt));
        return true;
    }

    /// <summary>The server took the event there: for some minutes new series begin with this group and this namespace.</summary>
    /// <param name="series">The series.</param>
    /// <param name="isOtherGroup">The group that was tried first is forbidden.</param>
    public void Keep(Series series, bool isOtherGroup)
    {
        var (key, known) = (series.Key, series.Event!);
        if (isOtherGroup)
            capabilities.UseGroup(key.Regarding.Namespace, known.ApiVersion);
        capabilities.UseNamespace(key.Regarding.Namespace, known.ApiVersion, known.Namespace);
    }

    private void Rename(Series series, KnownEvent known, string? suffix)
    {
        known.ResourceVersion = null;
        known.StaleAnnotations = null;
        // The old event goes on with its count.
        known.HighestCount = 0;
        known.HasOwnName = false;
        known.Suffix = suffix ?? EventName.RandomSuffix(random);
        known.Name = EventName.For(series.Key, known.ApiVersion, known.Suffix);
    }
}
