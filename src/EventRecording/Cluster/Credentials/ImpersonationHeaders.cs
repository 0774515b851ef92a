using System.Net.Http.Headers;

namespace EventRecording.Cluster;

/// <summary>Writes the headers by which a request is made as somebody else.</summary>
internal static class ImpersonationHeaders
{
    public static void Add(HttpRequestHeaders headers, Impersonation? impersonation)
    {
        if (impersonation is null)
            return;
        headers.TryAddWithoutValidation("Impersonate-User", impersonation.User);
        if (impersonation.Uid is { } uid)
            headers.TryAddWithoutValidation("Impersonate-Uid", uid);
        foreach (var group in impersonation.Groups)
            headers.TryAddWithoutValidation("Impersonate-Group", group);
        foreach (var (key, values) in impersonation.Extra)
            headers.TryAddWithoutValidation("Impersonate-Extra-" + Uri.EscapeDataString(key), values);
    }

    /// <exception cref="ClusterConfigurationException">A value would break out of its header.</exception>
    public static void Check(ClusterConfiguration configuration)
    {
        if (configuration.Impersonation is not { } impersonation)
            return;
        var values = impersonation.Groups.Concat(impersonation.Extra.Values.SelectMany(value => value)).Append(impersonation.User).Append(impersonation.Uid ?? "");
        if (values.Any(value => value.Any(char.IsControl)))
            throw new ClusterConfigurationException($"The user to act as, of {configuration.Origin}, has control characters.");
    }
}
