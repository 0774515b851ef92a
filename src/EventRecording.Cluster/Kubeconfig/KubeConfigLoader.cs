using System.Text;

namespace EventRecording.Cluster;

/// <summary>Reads kubeconfig files as kubectl does.</summary>
public static class KubeConfigLoader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The configuration of one context: of the file given, else of the files that KUBECONFIG lists, merged, else of <c>~/.kube/config</c>,
    /// else that of the pod that this process runs in.
    /// </summary>
    /// <param name="path">One kubeconfig file; by default as above.</param>
    /// <param name="context">Name of a context; by default the current one.</param>
    /// <param name="directory">Where relative paths in KUBECONFIG and KUBERC begin; by default in the directory of the process.</param>
    /// <exception cref="ClusterNotConfiguredException">No cluster is configured.</exception>
    /// <exception cref="ClusterConfigurationException">What is configured cannot be read, is broken or not supported.</exception>
    public static ClusterConfiguration Load(string? path = null, string? context = null, string? directory = null) => Load(path, context, In(directory), InCluster);

    /// <summary>Reads the files once, for the configurations of several contexts.</summary>
    /// <param name="path">As for <see cref="Load(string?, string?, string?)"/>.</param>
    /// <param name="directory">As there.</param>
    /// <returns>Gives the configuration of a context, or throws, as <see cref="Load(string?, string?, string?)"/> does.</returns>
    /// <exception cref="ClusterConfigurationException">A file is broken.</exception>
    public static Func<string?, ClusterConfiguration> Open(string? path = null, string? directory = null) => Open(path, In(directory), InCluster);

    /// <summary>The files that <see cref="Load(string?, string?, string?)"/> reads, as far as they are there, the user's kuberc last.</summary>
    /// <param name="path">One kubeconfig file, if one is given.</param>
    /// <param name="directory">As for <see cref="Load(string?, string?, string?)"/>.</param>
    public static IReadOnlyList<string> Files(string? path = null, string? directory = null)
    {
        var environment = In(directory);
        var files = Files(path, environment);
        return environment.KubercFile is { } kuberc ? [.. files, kuberc] : files;
    }

    /// <summary>Names of the contexts that <see cref="Load(string?, string?, string?)"/> takes, sorted; none if no file is there.</summary>
    /// <param name="path">One kubeconfig file, or <see langword="null"/>.</param>
    /// <param name="directory">As for <see cref="Load(string?, string?, string?)"/>.</param>
    /// <exception cref="ClusterConfigurationException">A file is broken.</exception>
    public static IReadOnlyList<string> Contexts(string? path, string? directory = null) =>
        [.. Merge(path, In(directory)).Contexts.Keys.Order(StringComparer.Ordinal)];

    internal static ClusterConfiguration Load(
        string? path, string? context, KubeConfigEnvironment environment, Func<ClusterConfiguration?> inCluster) =>
        Open(path, environment, inCluster)(context);

    private static Func<string?, ClusterConfiguration> Open(string? path, KubeConfigEnvironment environment, Func<ClusterConfiguration?> inCluster)
    {
        var files = Files(path, environment);
        var merged = Merge(path, environment);
        return context =>
        {
            if (!merged.IsEmpty)
                return Govern(new ContextResolver(merged, files, () => environment.PodNamespace).Resolve(context), environment);
            if (path is not null)
                throw NotConfigured($"{path} is empty");
            var missing = $"{string.Join(", ", files)} is missing or empty";
            if (inCluster() is not { } pod)
                throw NotConfigured($"{missing}, and {InClusterConfiguration.WhyNot}");
            return context is null ? pod : throw NotConfigured($"{missing}, and there is no context '{context}' without one: in this pod leave it out");
        };
    }

    private static ClusterConfiguration Govern(ClusterConfiguration configuration, KubeConfigEnvironment environment) => configuration.Exec is { } plugin
        ? configuration with { Exec = plugin with { Policy = Kuberc.ReadPolicy(environment) } }
        : configuration;

    private static KubeConfigDocument Merge(string? path, KubeConfigEnvironment environment)
    {
        var merged = new KubeConfigDocument();
        var need = path is not null ? FileNeed.Named : environment.ListedFiles.Count > 0 ? FileNeed.Listed : FileNeed.Usual;
        foreach (var file in Files(path, environment).Select(Path.GetFullPath))
        {
            if (ReadFile(file, "kubeconfig", need) is not { } text)
                continue;
            // Who reads it is about to connect.
            if (text.Contains("https:", StringComparison.OrdinalIgnoreCase))
                MachineAuthorities.ReadAhead();
            merged.Merge(KubeConfigDocument.Parse(file, text));
        }

        return merged;
    }

    private static KubeConfigEnvironment In(string? directory) => KubeConfigEnvironment.Current with { Directory = directory };

    private static ClusterConfiguration? InCluster() => InClusterConfiguration.IsAvailable ? InClusterConfiguration.Load() : null;

    private static IReadOnlyList<string> Files(string? path, KubeConfigEnvironment environment)
    {
        if (path is not null)
            return [path];
        return environment.ListedFiles is { Count: > 0 } listed ? listed : [environment.DefaultFile];
    }

    /// <returns><see langword="null"/> if it is not there and need not be.</returns>
    /// <exception cref="ClusterConfigurationException">It cannot be read: nobody knows what it says, and without it another cluster may be meant.</exception>
    internal static string? ReadFile(string file, string what, FileNeed need)
    {
        try
        {
            return SharedFile.ReadAllText(file, Utf8);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ClusterConfigurationException($"{file} is no {what}: it is no UTF-8.", exception);
        }
        catch (Exception exception) when (need != FileNeed.Named && (exception is FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
        catch (Exception exception) when (need == FileNeed.Usual && exception is (IOException or UnauthorizedAccessException) && !File.Exists(file) && !Directory.Exists(file))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ClusterConfigurationException($"The {what} {file} cannot be read: {SharedFile.Reason(file, exception)}", exception);
        }
    }

    private static ClusterNotConfiguredException NotConfigured(string looked) =>
        new($"No cluster is configured: {looked}.{SharedFile.TildeHint(looked)}\nName a kubeconfig file in the environment variable KUBECONFIG, or put one at ~/.kube/config.");
}

/// <summary>Whether a file must be there.</summary>
internal enum FileNeed
{
    /// <summary>It was named: it must be.</summary>
    Named,

    /// <summary>It is one of several: it need not be; what is there and cannot be reached is an error.</summary>
    Listed,

    /// <summary>Nobody named it: it need not be, or lies in a home that may not be entered, as that of the image's user is in many a pod.</summary>
    Usual,
}
