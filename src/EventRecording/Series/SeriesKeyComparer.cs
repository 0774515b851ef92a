namespace EventRecording;

/// <summary>How much of a key is compared: all of it, all but the message, or only source, object and type.</summary>
internal enum KeyScope
{
    SameObject,
    Similar,
    Whole,
}

/// <summary>Compares keys field by field.</summary>
internal static class SeriesKeyComparer
{
    public static bool Equal(in SeriesKey x, in SeriesKey y, KeyScope scope) =>
        x.Type == y.Type
        && SameReference(x.Regarding, y.Regarding)
        && (ReferenceEquals(x.Source, y.Source) || x.Source.Equals(y.Source))
        && (scope == KeyScope.SameObject || SameReason(x, y))
        && (scope != KeyScope.Whole || (x.Kind == y.Kind && x.Message == y.Message));

    public static int Hash(in SeriesKey key, KeyScope scope) => scope switch
    {
        KeyScope.Whole => key.WholeHash,
        KeyScope.Similar => key.SimilarHash,
        _ => key.ObjectHash,
    };

    /// <summary>The same object, whatever its version; a missing field is the same as an empty one, as on the wire.</summary>
    public static bool SameReference(ObjectReference? x, ObjectReference? y) =>
        ReferenceEquals(x, y)
        || (x is not null && y is not null
            && Same(x.Name, y.Name) && Same(x.Namespace, y.Namespace) && Same(x.Uid, y.Uid)
            && Same(x.Kind, y.Kind) && Same(x.ApiVersion, y.ApiVersion) && Same(x.FieldPath, y.FieldPath));

    public static bool Same(string? x, string? y) => string.Equals(x ?? "", y ?? "", StringComparison.Ordinal);

    private static bool SameReason(in SeriesKey x, in SeriesKey y) =>
        x.Reason == y.Reason && Same(x.Action, y.Action) && SameReference(x.Related, y.Related);
}
