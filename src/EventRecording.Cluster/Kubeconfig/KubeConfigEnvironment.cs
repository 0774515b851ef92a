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

    /// <summary>The files that KUBECONFIG names, each once; empty if it names none.</summary>
    public IReadOnlyList<string> ListedFiles => (Variable("KUBECONFIG") ?? "")
        .Split(IsWindows ? ';' : ':', StringSplitOptions.RemoveEmptyEntries)
        .Distinct(StringComparer.Ordinal).ToArray();

    /// <summary><c>.kube/config</c> in the home directory.</summary>
    public string DefaultFile
    {
        get
        {
            var files = Homes.Where(home => !string.IsNullOrEmpty(home)).Select(home => Join(home!, ".kube", "config")).ToArray();
            return files.FirstOrDefault(FileExists) ?? files.FirstOrDefault() ?? Join(".kube", "config");
        }
    }

    // On Windows a home may be on a network drive and a profile on the disk; kubectl takes the one that has the file.
    private IEnumerable<string?> Homes => IsWindows
        ? [Variable("HOME"), Variable("HOMEDRIVE") + Variable("HOMEPATH"), Variable("USERPROFILE")]
        : [Variable("HOME"), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];

    private string Join(params string[] parts) => string.Join(IsWindows ? '\\' : '/', parts);
}
