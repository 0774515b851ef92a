using System.Globalization;

namespace EventRecording.Sandbox;

/// <summary>What a list, a watch or a deletion of a collection asks for.</summary>
internal sealed class ListOptions
{
    /// <summary>In seconds; timers take no more than 49 days.</summary>
    private const long LongestTimeout = 24 * 60 * 60;

    private const string Match = "resourceVersionMatch";
    private const string Initial = "sendInitialEvents";

    private readonly FieldSelector _fields;
    private readonly LabelSelector _labels;

    private ListOptions(FieldSelector fields, LabelSelector labels) => (_fields, _labels) = (fields, labels);

    public int Limit { get; private init; }

    public ContinueToken? Continue { get; private init; }

    /// <summary>The version asked for; <see langword="null"/> if none was.</summary>
    public long? Version { get; private init; }

    public string VersionMatch { get; private init; } = "";

    public bool AllowBookmarks { get; private init; }

    /// <summary>Whether a watch begins with what is there; <see langword="null"/> if that was not said.</summary>
    public bool? SendInitialEvents { get; private init; }

    public TimeSpan? Timeout { get; private init; }

    public bool HasSelector => !_fields.IsEmpty || !_labels.IsEmpty;

    public bool Matches(StoredObject? stored) => stored is not null && _fields.Matches(stored) && _labels.Matches(stored.Labels);

    /// <exception cref="ApiException">An option is not understood, or does not go with another one.</exception>
    public static ListOptions Parse(QueryString query, ResourceStrategy strategy, bool watch, KubernetesRules rules)
    {
        var fields = FieldSelector.Parse(query["fieldSelector"], strategy);
        var labels = LabelSelector.Parse(query["labelSelector"]);
        var isModern = rules != KubernetesRules.V1_20;
        // A watch from no version begins with what is there, and a bookmark behind it.
        var isInitial = watch && isModern && !query.Has(Initial) && query[Match].Length == 0 && query["resourceVersion"] is ("" or "0");
        var errors = Check(query, watch, isModern, isInitial).ToArray();
        if (errors.Length > 0)
            throw ApiStatus.Invalid("meta.k8s.io", "ListOptions", "", errors);
        if (query["continue"].Length > 0 && query["resourceVersion"] is not ("" or "0") && !watch)
            throw ApiStatus.BadRequest("specifying resource version is not allowed when using continue");
        return new ListOptions(fields, labels)
        {
            Limit = (int)Math.Clamp(Whole(query, "limit") ?? 0, 0, int.MaxValue),
            Continue = query["continue"].Length > 0 && !watch ? ContinueToken.Parse(query["continue"]) : null,
            Version = ParseVersion(query["resourceVersion"], watch || !isModern),
            VersionMatch = query[Match],
            AllowBookmarks = query.Flag("allowWatchBookmarks"),
            SendInitialEvents = isInitial ? true : query.Has(Initial) && isModern ? query.Flag(Initial) : null,
            Timeout = Whole(query, "timeoutSeconds") is > 0 and var seconds
                ? TimeSpan.FromSeconds(Math.Min(seconds, LongestTimeout))
                : null,
        };
    }

    /// <summary>The rules of the API for <c>resourceVersionMatch</c> and <c>sendInitialEvents</c>, in the server's order.</summary>
    private static IEnumerable<FieldError> Check(QueryString query, bool watch, bool isModern, bool isInitial)
    {
        var match = isInitial ? "NotOlderThan" : query[Match];
        var streamed = isInitial || (query.Has(Initial) && isModern);
        if (watch && isModern)
            return CheckStreamed(match, streamed, query["continue"].Length > 0);
        return CheckList(query, match, watch, streamed);
    }

    private static IEnumerable<FieldError> CheckList(QueryString query, string match, bool watch, bool streamed)
    {
        // Only 1.20 comes here with a watch.
        if (watch && match.Length > 0)
            yield return Forbidden(Match, "is forbidden for watch");
        if (match.Length > 0 && query["resourceVersion"].Length == 0)
            yield return Forbidden(Match, "is forbidden unless resourceVersion is provided");
        if (match.Length > 0 && query["continue"].Length > 0)
            yield return Forbidden(Match, "is forbidden when continue is provided");
        if (match is not ("" or "Exact" or "NotOlderThan"))
            yield return FieldError.NotSupported(Match, match, "Exact", "NotOlderThan", "");
        if (match == "Exact" && query["resourceVersion"] == "0")
            yield return Forbidden(Match, "\"exact\" is forbidden for resourceVersion \"0\"");
        if (streamed)
            yield return Forbidden(Initial, "is forbidden for list");
    }

    private static IEnumerable<FieldError> CheckStreamed(string match, bool streamed, bool continued)
    {
        if (streamed && match != "NotOlderThan")
            yield return FieldError.Forbidden(Match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        if (!streamed && match.Length > 0)
            yield return Forbidden(Match, "is forbidden for watch unless sendInitialEvents is provided");
        if (match is not ("" or "NotOlderThan"))
            yield return FieldError.NotSupported(Match, match, "NotOlderThan");
        if (match.Length > 0 && continued)
            yield return Forbidden(Match, "is forbidden when continue is provided");
    }

    private static FieldError Forbidden(string field, string why) => FieldError.Forbidden(field, $"{field} {why}");

    private static long? ParseVersion(string text, bool isInternal)
    {
        if (text.Length == 0)
            return null;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            var why = $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax";
            throw isInternal ? ApiStatus.Internal(why) : ApiStatus.BadRequest("invalid resource version: " + why);
        }
        return (long)Math.Min(version, long.MaxValue);
    }

    private static long? Whole(QueryString query, string name)
    {
        if (query[name].Length == 0)
            return null;
        if (!long.TryParse(query[name], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw ApiStatus.BadRequest($"strconv.ParseInt: parsing \"{query[name]}\": invalid syntax");
        return value;
    }
}
