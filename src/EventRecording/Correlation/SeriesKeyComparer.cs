namespace EventRecording.Correlation;

/// <summary>Compares keys as a whole, or by what makes them similar (all but the message), or by source, object and type.</summary>
internal sealed class SeriesKeyComparer : IEqualityComparer<SeriesKey>
{
    public static readonly SeriesKeyComparer Whole = new(withReason: true, withMessage: true);
    public static readonly SeriesKeyComparer Similar = new(withReason: true, withMessage: false);
    public static readonly SeriesKeyComparer SameObject = new(withReason: false, withMessage: false);

    private readonly bool _withReason;
    private readonly bool _withMessage;

    private SeriesKeyComparer(bool withReason, bool withMessage)
    {
        _withReason = withReason;
        _withMessage = withMessage;
    }

    public bool Equals(SeriesKey x, SeriesKey y) =>
        x.Type == y.Type
        && SameReference(x.Regarding, y.Regarding)
        && (ReferenceEquals(x.Source, y.Source) || x.Source.Equals(y.Source))
        && (!_withReason || SameReason(x, y))
        && (!_withMessage || (x.Combined == y.Combined && x.Message == y.Message));

    // The fields in which keys of one process usually differ; the others are left to Equals.
    public int GetHashCode(SeriesKey key)
    {
        var hash = HashCode.Combine(key.Regarding.Name, key.Regarding.Namespace, key.Regarding.Uid, key.Type);
        if (_withReason)
            hash = HashCode.Combine(hash, key.Reason);
        if (_withMessage)
            hash = HashCode.Combine(hash, key.Message, key.Combined);
        return hash;
    }

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
