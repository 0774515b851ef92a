namespace EventRecording.Cluster;

/// <summary>A version of an API group.</summary>
internal sealed record DiscoveredVersion(string Group, string Version)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string Path => (Group.Length == 0 ? "/api/" : $"/apis/{Uri.EscapeDataString(Group)}/") + Uri.EscapeDataString(Version);
}
