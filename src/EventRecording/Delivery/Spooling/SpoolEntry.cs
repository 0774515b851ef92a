namespace EventRecording;

/// <summary>A write that was given up, as it lies in the spool: whole, so that another process can bring it to the server.</summary>
internal sealed record SpoolEntry
{
    public required string Cluster { get; init; }

    public required string User { get; init; }

    public required DateTime KeptSince { get; init; }

    /// <summary>With <see cref="Number"/>, the mark that tells whether the write was applied, whoever sends it.</summary>
    public required string WriterId { get; init; }

    public required long Number { get; init; }

    public required SeriesKey Key { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>Namespace of the event, which need not be that of the object.</summary>
    public required string Namespace { get; init; }

    /// <summary>What the event's name has behind the hash.</summary>
    public required string Suffix { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? ReportingInstance { get; init; }

    public string? LatestMessage { get; init; }

    public required int Count { get; init; }

    public required DateTime First { get; init; }

    public required DateTime Last { get; init; }

    public SpoolFileName FileName(string scope) => new(scope, WriterId, Number, Count);

    /// <summary>What its sender writes. Where a request may have been applied, nobody knows which one it was, and which version a patch named.</summary>
    public SeriesWrite ToWrite(SpoolState state, Action<string>? ownNameChosen = null)
    {
        var suffix = state.OwnSuffix ?? Suffix;
        var series = new Series(Key, new WriterMark(WriterId))
        {
            Event = new KnownEvent
            {
                ApiVersion = ApiVersion,
                Namespace = Namespace,
                Name = EventName.For(Key, ApiVersion, suffix),
                Suffix = suffix,
                NameAttempt = EventName.AttemptOf(Suffix),
                HasOwnName = state.OwnSuffix is not null,
            },
        };
        var batch = new PendingBatch { Count = Count, First = First, Last = Last, LatestMessage = LatestMessage, Details = Details() };
        return new SeriesWrite(series, batch, Number)
        {
            LostCreate = state.SentAt is not null,
            LostPatch = state.SentAt is not null && state.OwnSuffix is null,
            OwnNameChosen = ownNameChosen,
        };
    }

    /// <summary>The entry as an occurrence, which is checked by the rules for what a caller gives.</summary>
    public Occurrence ToOccurrence() => Key.ToOccurrence(First, Last) with
    {
        Annotations = Annotations,
        Labels = Labels,
        ReportingInstance = ReportingInstance,
    };

    private Occurrence? Details() => Annotations is null && Labels is null && ReportingInstance is null ? null : ToOccurrence();
}
