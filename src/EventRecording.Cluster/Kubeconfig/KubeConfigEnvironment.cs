namespace EventRecording.Cluster;

/// <summary>What differs from one machine and operating system to the next.</summary>
internal sealed record KubeConfigEnvironment
{
    public static KubeConfigEnvironment Current { get; } = new()
    {
        Variable = Environment.GetEnvironmentVariable,
        IsWindows = OperatingSystem.IsWindows(),
        FileExists = File.Exists,
    };

    public required Func<string, string?> Variable { get; init; }

    public required bool IsWindows { get; init; }

    public required Func<string, bool> FileExists { get; init; }

    /// <summary>Where relative paths of the variables begin; <see langword="null"/> for the directory of the process.</summary>
    public string? Directory { get; init; }

    /// <summary>Where a pod has its service account.</summary>
    public string ServiceAccount { get; init; } = InClusterConfiguration.Directory;

    /// <summary>The namespace of the pod that this process runs in; <see langword="null"/> if it runs in none.</summary>
    public string? PodNamespace => InClusterConfiguration.NamespaceIn(ServiceAccount, Variable);

    /// <summary>The files that KUBECONFIG names, each once; empty if it names none.</summary>
    public IReadOnlyList<string> ListedFiles => [.. GoPaths.SplitList(Variable("KUBECONFIG"), IsWindows).Select(InDirectory).Distinct(StringComparer.Ordinal)];

    /// <summary><c>.kube/config</c> in the home directory.</summary>
    public string DefaultFile => InHome("config");

    /// <summary>Whether <c>KUBERC</c> names a file, which then must be there.</summary>
    public bool NamesKuberc => Variable("KUBERC") is { Length: > 0 };

    /// <summary>The user's preferences for kubectl: <c>KUBERC</c>, else <c>.kube/kuberc</c> in the home directory; <see langword="null"/> for none.</summary>
    public string? KubercFile
    {
        get
        {
            if (Variable("KUBERC") == "off" || Variable("KUBECTL_KUBERC") == "false")
                return null;
            return Variable("KUBERC") is { Length: > 0 } given ? InDirectory(given) : InHome("kuberc");
        }
    }

    // On Windows a home may be on a network drive and a profile on the disk; kubectl takes the one that has the configuration.
    private string? Home
    {
        get
        {
            string?[] homes = IsWindows ? [Variable("HOME"), HomeOnDrive, Variable("USERPROFILE")] : [Variable("HOME"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];
            var set = homes.Where(home => !string.IsNullOrEmpty(home)).ToArray();
            return set.FirstOrDefault(home => FileExists(Join(home!, ".kube", "config")))
                ?? (IsWindows ? new[] { Variable("HOME"), Variable("USERPROFILE"), HomeOnDrive }.FirstOrDefault(home => !string.IsNullOrEmpty(home)) : set.FirstOrDefault());
        }
    }

    private string? HomeOnDrive => Variable("HOMEDRIVE") is { Length: > 0 } drive && Variable("HOMEPATH") is { Length: > 0 } path ? drive + path : null;

    private string InDirectory(string path) => Directory is null ? path : Path.GetFullPath(path, Directory);

    private string InHome(string name) => Home is { } home ? Join(home, ".kube", name) : Join(".kube", name);

    private string Join(params string[] parts) => string.Join(GoPaths.Separator(IsWindows), parts);
}
