namespace EventRecording;

/// <summary>What several occurrences say beside their key, put together as if each had been written by itself.</summary>
internal static class OccurrenceDetails
{
    /// <summary>Both, and of each annotation and label the newer one; the newer annotations alone where both do not fit on one event.</summary>
    public static Occurrence Merge(Occurrence older, Occurrence newer, ref bool annotationsCut)
    {
        var annotations = Merge(older.Annotations, newer.Annotations);
        if (!ReferenceEquals(annotations, newer.Annotations) && !OccurrenceRules.Fit(annotations))
        {
            annotations = newer.Annotations;
            annotationsCut = true;
        }

        var labels = Merge(older.Labels, newer.Labels);
        var instance = newer.ReportingInstance ?? older.ReportingInstance;
        return ReferenceEquals(annotations, newer.Annotations) && ReferenceEquals(labels, newer.Labels) && instance == newer.ReportingInstance
            ? newer
            : newer with { Annotations = annotations, Labels = labels, ReportingInstance = instance };
    }

    private static IReadOnlyDictionary<string, string>? Merge(IReadOnlyDictionary<string, string>? older, IReadOnlyDictionary<string, string>? newer)
    {
        if (newer is null || older is null)
            return newer ?? older;
        if (older.Keys.All(newer.ContainsKey))
            return newer;
        var merged = new Dictionary<string, string>(older);
        foreach (var (name, value) in newer)
            merged[name] = value;
        return merged;
    }
}
