using System.Net.Http.Headers;

namespace EventRecording.Cluster;

/// <summary>Writes the headers by which a request is made as somebody else.</summary>
/// <remarks>
/// A server takes each group, and each value of an extra, from a header line of its own, whereas the handler joins the values of a header
/// with commas. So they are written as one value with a mark in it, at which <see cref="RepeatedHeaderStream"/> breaks the line.
/// </remarks>
internal static class ImpersonationHeaders
{
    public static void Add(HttpRequestHeaders headers, Impersonation? impersonation, bool asOneValue)
    {
        if (impersonation is null)
            return;
        headers.TryAddWithoutValidation("Impersonate-User", impersonation.User);
        if (impersonation.Uid is { } uid)
            headers.TryAddWithoutValidation("Impersonate-Uid", uid);
        Add("Impersonate-Group", impersonation.Groups);
        foreach (var extra in ByHeader(impersonation))
            Add("Impersonate-Extra-" + Uri.EscapeDataString(extra.Key), [.. extra]);

        void Add(string name, IReadOnlyList<string> values)
        {
            if (asOneValue && values.Count > 1)
                headers.TryAddWithoutValidation(name, string.Join($"{RepeatedHeaderStream.LineBreak}{name}: ", values));
            else
                headers.TryAddWithoutValidation(name, values);
        }
    }

    /// <summary>Whether a header has more than one value.</summary>
    public static bool HaveSeveralLines(Impersonation? impersonation) =>
        impersonation is not null && (impersonation.Groups.Count > 1 || ByHeader(impersonation).Any(values => values.Count() > 1));

    /// <exception cref="ClusterConfigurationException">A value would break out of its header.</exception>
    public static void Check(ClusterConfiguration configuration)
    {
        if (configuration.Impersonation is not { } impersonation)
            return;
        var extra = impersonation.Extra.Values.SelectMany(values => values);
        string[] all = [impersonation.User, impersonation.Uid ?? "", .. impersonation.Groups, .. extra];
        if (all.Any(value => value.Any(char.IsControl)))
            throw new ClusterConfigurationException($"The user to act as, of {configuration.Origin}, has control characters.");
    }

    // Names of headers know no case.
    private static ILookup<string, string> ByHeader(Impersonation impersonation) =>
        impersonation.Extra.SelectMany(extra => extra.Value, (extra, value) => (extra.Key, value)).ToLookup(it => it.Key, it => it.value, StringComparer.OrdinalIgnoreCase);
}
