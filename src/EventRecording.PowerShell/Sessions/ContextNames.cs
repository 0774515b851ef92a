using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Which contexts of a kubeconfig are meant.</summary>
internal static class ContextNames
{
    /// <summary>The name itself, or all that fit a pattern; what is a name is no pattern. A name that is not there is left to whoever reads the kubeconfig.</summary>
    /// <param name="asked">A name, or a pattern.</param>
    /// <param name="there">The names that the kubeconfig has.</param>
    /// <exception cref="ClusterConfigurationException">No name fits the pattern.</exception>
    /// <exception cref="FormatException">The pattern cannot be read.</exception>
    public static IReadOnlyList<string> Find(string asked, IReadOnlyList<string> there)
    {
        if (there.Count == 0 || there.Contains(asked, StringComparer.Ordinal))
            return [asked];
        var pattern = TextPattern.Parse(asked);
        if (pattern.Literal is { } name)
            return [name];
        var found = there.Where(pattern.IsMatch).ToArray();
        return found.Length > 0 ? found : throw new ClusterConfigurationException(
            $"No context of the kubeconfig fits '{SafeText.Quote(asked)}'; there is: {string.Join(", ", there.Take(50).Select(it => SafeText.Quote(it)))}{(there.Count > 50 ? ", …" : "")}.");
    }
}
