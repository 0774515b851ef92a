using System.Globalization;

namespace EventRecording.Sandbox;

/// <summary>What a list, a watch or a deletion of a collection asks for.</summary>
internal sealed class ListOptions
{
    /// <summary>In seconds; timers take no more than 49 days.</summary>
    private const long LongestTimeout = 24 * 60 * 60;

    private readonly FieldSelector _fields;
    private readonly LabelSelector _labels;

    private ListOptions(FieldSelector fields, LabelSelector labels) => (_fields, _labels) = (fields, labels);

    public int Limit { get; private init; }

    public ContinueToken? Continue { get; private init; }

    /// <summary>The version asked for; <see langword="null"/> if none was.</summary>
    public long? Version { get; private init; }

    public string VersionMatch { get; private init; } = "";

    public bool AllowBookmarks { get; private init; }

    public bool SendInitialEvents { get; private init; }

    public TimeSpan? Timeout { get; private init; }

    public bool HasSelector => !_fields.IsEmpty || !_labels.IsEmpty;

    public bool Matches(StoredObject? stored) => stored is not null && _fields.Matches(stored) && _labels.Matches(stored.Labels);

    /// <exception cref="ApiException">An option is not understood, or does not go with another one.</exception>
    public static ListOptions Parse(QueryString query, ResourceStrategy strategy, bool watch, KubernetesRules rules)
    {
        var fields = FieldSelector.Parse(query["fieldSelector"], strategy);
        var labels = LabelSelector.Parse(query["labelSelector"]);
        var errors = Check(query, watch, rules).ToArray();
        if (errors.Length > 0)
            throw ApiStatus.Invalid("meta.k8s.io", "ListOptions", "", errors);
        if (query["continue"].Length > 0 && query["resourceVersion"] is not ("" or "0") && !watch)
            throw ApiStatus.BadRequest("specifying resource version is not allowed when using continue");
        return new ListOptions(fields, labels)
        {
            Limit = (int)Math.Clamp(Whole(query, "limit") ?? 0, 0, int.MaxValue),
            Continue = query["continue"].Length > 0 && !watch ? ContinueToken.Parse(query["continue"]) : null,
            Version = ParseVersion(query["resourceVersion"]),
            VersionMatch = query["resourceVersionMatch"],
            AllowBookmarks = query.Flag("allowWatchBookmarks"),
            SendInitialEvents = query.Flag("sendInitialEvents"),
            Timeout = Whole(query, "timeoutSeconds") is > 0 and var seconds
                ? TimeSpan.FromSeconds(Math.Min(seconds, LongestTimeout))
                : null,
        };
    }

    private static IEnumerable<FieldError> Check(QueryString query, bool watch, KubernetesRules rules)
    {
        const string Match = "resourceVersionMatch";
        var streamed = query.Has("sendInitialEvents") && rules != KubernetesRules.V1_20;
        if (watch)
            return CheckWatch(query, streamed, rules);
        if (streamed)
            return [FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")];
        return query[Match] switch
        {
            "" => [],
            _ when query["resourceVersion"].Length == 0 => Forbidden(Match, "unless resourceVersion is provided"),
            _ when query["continue"].Length > 0 => Forbidden(Match, "when continue is provided"),
            "Exact" when query["resourceVersion"] == "0" =>
                [FieldError.Forbidden(Match, Match + " \"exact\" is forbidden for resourceVersion \"0\"")],
            "Exact" or "NotOlderThan" => [],
            var other => [FieldError.NotSupported(Match, other, "Exact", "NotOlderThan", "")],
        };
    }

    private static FieldError[] Forbidden(string field, string why) => [FieldError.Forbidden(field, $"{field} is forbidden {why}")];

    private static IEnumerable<FieldError> CheckWatch(QueryString query, bool streamed, KubernetesRules rules)
    {
        const string Match = "resourceVersionMatch";
        var match = query[Match];
        if (rules == KubernetesRules.V1_20)
        {
            if (match.Length == 0)
                yield break;
            yield return FieldError.Forbidden(Match, Match + " is forbidden for watch");
            if (query["resourceVersion"].Length == 0)
                yield return FieldError.Forbidden(Match, Match + " is forbidden unless resourceVersion is provided");
        }
        else if (streamed && match != "NotOlderThan")
            yield return FieldError.Forbidden(Match, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        else if (!streamed && match.Length > 0)
            yield return FieldError.Forbidden(Match, Match + " is forbidden for watch unless sendInitialEvents is provided");
    }

    private static long? ParseVersion(string text)
    {
        if (text.Length == 0)
            return null;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            throw ApiStatus.Internal($"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
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
