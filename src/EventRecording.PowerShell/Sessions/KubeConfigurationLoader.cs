using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Finds and reads the configuration of a cluster.</summary>
internal interface IConfigurationLoader
{
    /// <summary>What <see cref="Load"/> reads: another stamp, another configuration.</summary>
    ConfigurationStamp Stamp(ClusterSelection selection);

    /// <summary>What exec plugins go by beside their configuration, the environment of this process: another text, another one. Shows nothing of it.</summary>
    string PluginEnvironment => "";

    /// <summary>Names of the contexts, of which <see cref="Load"/> takes one.</summary>
    /// <exception cref="ClusterConfigurationException">A kubeconfig cannot be read.</exception>
    IReadOnlyList<string> Contexts(ClusterSelection selection);

    /// <exception cref="ClusterConfigurationException">No cluster is configured, or its configuration cannot be used.</exception>
    ClusterConfiguration Load(ClusterSelection selection);

    /// <summary>Reads the kubeconfig once, and gives the configuration of each context.</summary>
    /// <exception cref="ClusterConfigurationException">It cannot be read; or, of the function, as <see cref="Load"/>.</exception>
    Func<string?, ClusterConfiguration> Open(ClusterSelection selection) => context => Load(selection with { Context = context });
}

/// <summary>Reads kubeconfig files. The only class that refers to the assembly with the YAML parser, which is loaded when this is first used.</summary>
/// <param name="variable">Reads an environment variable; default: those of the process.</param>
/// <param name="variables">Reads all of them; default: those of the process.</param>
internal sealed class KubeConfigurationLoader(Func<string, string?>? variable = null, Func<IDictionary>? variables = null) : IConfigurationLoader
{
    private static readonly string[] PathVariables = ["KUBECONFIG", "KUBERC"];
    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];

    // In bytes. What is larger is refused by whoever reads it.
    private const int LargestFile = 4 * 1024 * 1024;

    // What shells and their prompts set at each command, of which no plugin knows: it would be run anew each time.
    private static readonly string[] PromptVariables = ["_", "PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES"];
    private static readonly string[] PromptPrefixes = ["POSH_", "__MISE_"];

    private readonly Func<string, string?> _variable = variable ?? Environment.GetEnvironmentVariable;
    private readonly Func<IDictionary> _variables = variables ?? Environment.GetEnvironmentVariables;
    private volatile HashedVariables? _latest;

    /// <summary>What a user selects who is in a directory: PowerShell has a location of its own, which the process does not follow. Looks at no disk, which may hang.</summary>
    public static ClusterSelection Select(string? kubeconfig, string? context, string location)
    {
        var dependsOnLocation = kubeconfig is null && PathVariables.Any(name => Environment.GetEnvironmentVariable(name) is { } paths
            && paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Any(path => !Path.IsPathFullyQualified(path)));
        return new ClusterSelection(kubeconfig, context, dependsOnLocation ? location : null);
    }

    public ConfigurationStamp Stamp(ClusterSelection selection) =>
        new(string.Join('\n', KubeConfigLoader.Files(selection.Kubeconfig, selection.Directory).Select(Path.GetFullPath).Select(Stamp)), Proxies);

    public ClusterConfiguration Load(ClusterSelection selection) => Open(selection)(selection.Context);

    public Func<string?, ClusterConfiguration> Open(ClusterSelection selection)
    {
        var open = KubeConfigLoader.Open(selection.Kubeconfig, selection.Directory);
        return context =>
        {
            try
            {
                return open(context);
            }
            catch (ClusterNotConfiguredException error)
            {
                throw new ClusterConfigurationException($"{error.Message}\nOr name one with -Kubeconfig. To try it without a cluster, start a sandbox in this session: Start-KubeEventSandbox", error);
            }
        };
    }

    public string PluginEnvironment
    {
        get
        {
            // A script may ask a thousand times; to compare takes a third of the time.
            var now = _variables();
            if (_latest is { } latest && AreSame(latest.Variables, now))
                return latest.Hash;
            var all = new StringBuilder();
            foreach (var (name, value) in now.Cast<DictionaryEntry>().Where(it => !IsOfPrompt((string)it.Key)).OrderBy(it => (string)it.Key, StringComparer.Ordinal))
                all.Append(name).Append('=').Append(value).Append('\0');
            var hash = Hash(all.ToString());
            _latest = new HashedVariables(now, hash);
            return hash;
        }
    }

    public IReadOnlyList<string> Contexts(ClusterSelection selection) => KubeConfigLoader.Contexts(selection.Kubeconfig, selection.Directory);

    // A hash, since they may hold a password; most have none, and need no code for it at their first command.
    private string Proxies
    {
        get
        {
            var given = string.Join('\n', ProxyVariables.Where(name => _variable(name) is not null).Select(name => $"{name}={_variable(name)}"));
            return given.Length == 0 ? "" : Hash(given);
        }
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static bool AreSame(IDictionary one, IDictionary other)
    {
        if (one.Count != other.Count)
            return false;
        foreach (DictionaryEntry variable in other)
        {
            if (!Equals(one[variable.Key], variable.Value))
                return false;
        }

        return true;
    }

    private static bool IsOfPrompt(string name) =>
        PromptVariables.Contains(name) || Array.Exists(PromptPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint))
            file = TargetOf(file);
        return file.Exists
            ? string.Create(CultureInfo.InvariantCulture, $"{path} {file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length} {Contents(file)}")
            : path;
    }

    // What takes its place may have its length and its time: a copy, what comes out of an archive, another directory behind a link.
    private static string Contents(FileInfo file)
    {
        // A pipe has no length, and can be read only once.
        if (file.Length is 0 or > LargestFile)
            return "";
        try
        {
            using var contents = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(contents));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Time and length of a link are those of the path that it holds.
    private static FileInfo TargetOf(FileInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? link;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It leads to itself, or where nobody may look; whoever reads it is told.
            return link;
        }
    }

    private sealed record HashedVariables(IDictionary Variables, string Hash);
}

/// <summary>What a configuration was made of.</summary>
/// <param name="Files">Which kubeconfig files, in which state.</param>
/// <param name="Proxies">The proxies of the environment; empty for none.</param>
/// <param name="PluginEnvironment">The environment of its exec plugin; empty where it has none.</param>
internal sealed record ConfigurationStamp(string Files, string Proxies = "", string PluginEnvironment = "")
{
    /// <summary>The same for whoever its plugin says that it is.</summary>
    public ConfigurationStamp InAnyEnvironment() => this with { PluginEnvironment = "" };
}

/// <summary>Which cluster a cmdlet is to talk to.</summary>
/// <param name="Kubeconfig">Full path of a kubeconfig file; <see langword="null"/> for what is configured.</param>
/// <param name="Context">Context of the kubeconfig; <see langword="null"/> for its current one.</param>
/// <param name="Directory">Where relative paths of what is configured begin; <see langword="null"/> where there are none.</param>
internal sealed record ClusterSelection(string? Kubeconfig, string? Context, string? Directory = null);
