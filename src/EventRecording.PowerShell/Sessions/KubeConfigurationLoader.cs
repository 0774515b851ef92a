using System.Globalization;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Reads kubeconfig files. The only class that refers to the assembly with the YAML parser, which is loaded when this is first used.</summary>
internal sealed class KubeConfigurationLoader : IConfigurationLoader
{
    public string Stamp(ClusterSelection selection) =>
        string.Join('\n', KubeConfigLoader.Files(selection.Kubeconfig).Select(Path.GetFullPath).Select(Stamp));

    public ClusterConfiguration Load(ClusterSelection selection) => KubeConfigLoader.Load(selection.Kubeconfig, selection.Context);

    public IReadOnlyList<string> Contexts(string? kubeconfig) => KubeConfigLoader.Contexts(kubeconfig);

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? string.Create(CultureInfo.InvariantCulture, $"{path} {file.LastWriteTimeUtc.Ticks} {file.Length}")
            : path;
    }
}
