namespace EventRecording;

/// <summary>Where the event of a series stands: API group, namespace and name.</summary>
internal sealed class EventPlaces(ServerRules rules, Random random)
{
    /// <summary>Where the event is looked for first.</summary>
    public ServerCopy Place(Series series)
    {
        var key = series.Key;
        // events.k8s.io/v1 never changes a note.
        var apiVersion = key.Kind == SeriesKind.OnChange ? EventApiVersion.CoreV1 : rules.GroupFor(key.Regarding.Namespace);
        return new ServerCopy
        {
            ApiVersion = apiVersion,
            Namespace = rules.NamespaceFor(key.Regarding.Namespace, apiVersion),
            Name = EventName.For(key, apiVersion),
        };
    }

    /// <summary>Leaves an event alone that is a stranger's, or full, or cannot be patched.</summary>
    public void UseNextName(Series series)
    {
        var server = series.Server!;
        server.NameAttempt++;
        server.HighestCount = 0;
        Rename(series, server, ServerCopy.SuffixFor(server.NameAttempt));
    }

    /// <summary>A name that nobody else knows.</summary>
    public void UseRandomName(Series series) => Rename(series, series.Server!, null);

    /// <summary>Another namespace for the events of a cluster-scoped object, if there is one.</summary>
    public static bool TryOtherNamespace(Series series)
    {
        var server = series.Server!;
        if (!string.IsNullOrEmpty(series.Key.Regarding.Namespace) || ServerRules.OtherNamespace(server.Namespace) is not { } other)
            return false;
        server.Namespace = other;
        return true;
    }

    /// <summary>The other API group, if the event may stand there.</summary>
    public bool TryOtherGroup(Series series)
    {
        var (key, server) = (series.Key, series.Server!);
        var group = ServerRules.OtherGroup(server.ApiVersion);
        if (key.Kind == SeriesKind.OnChange || (group == EventApiVersion.EventsV1 && !OccurrenceRules.FitsEventsV1(key.Type, key.Reason, key.Action)))
            return false;
        server.ApiVersion = group;
        server.Namespace = rules.NamespaceFor(key.Regarding.Namespace, group);
        Rename(series, server, ServerCopy.SuffixFor(server.NameAttempt));
        return true;
    }

    /// <summary>The server took the event there: the next ones go there at once.</summary>
    public void Keep(Series series)
    {
        var (key, server) = (series.Key, series.Server!);
        if (key.Kind != SeriesKind.OnChange)
            rules.UseGroup(key.Regarding.Namespace, server.ApiVersion);
        rules.UseNamespace(key.Regarding.Namespace, server.ApiVersion, server.Namespace);
    }

    private void Rename(Series series, ServerCopy server, string? suffix)
    {
        server.ResourceVersion = null;
        server.StaleMarks = null;
        server.HasRandomName = suffix is null;
        server.Suffix = suffix ?? ServerCopy.RandomSuffix(random);
        server.Name = EventName.For(series.Key, server.ApiVersion, server.Suffix);
    }
}
