using System.Diagnostics;
using System.Text.RegularExpressions;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>The kubectl that is installed, with nothing of the user's own: home, kubeconfig and cache are temporary.</summary>
internal sealed partial class Kubectl : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lazy<IReadOnlySet<string>> Help = new(ListSubcommands);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("kubectl-");

    private readonly string _kubeconfigs;

    public Kubectl(KubernetesSandbox sandbox)
    {
        _kubeconfigs = FileNamed("config");
        File.WriteAllText(_kubeconfigs, sandbox.Kubeconfig);
    }

    /// <param name="kubeconfigs">Value of the variable KUBECONFIG.</param>
    public Kubectl(string kubeconfigs) => _kubeconfigs = kubeconfigs;

    /// <summary>Where kubectl is; <see langword="null"/> where there is none.</summary>
    public static string? Path { get; } = Programs.Find("kubectl");

    /// <summary>The subcommands of this kubectl; some distributions leave some out.</summary>
    public static IReadOnlySet<string> Subcommands => Help.Value;

    /// <summary>Runs a command that must succeed, and gives the lines that it printed.</summary>
    public async Task<string[]> RunAsync(params string[] arguments)
    {
        var output = await PrintAsync(arguments);
        return output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    /// <summary>Runs a command that must succeed, and gives what it printed.</summary>
    public async Task<string> PrintAsync(params string[] arguments)
    {
        var (code, output, errors) = await TryAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public async Task<(int Code, string Output, string Errors)> TryAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var deadline = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Environment variables beside those that every kubectl gets.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Starts a command, to read its lines while it runs.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = _kubeconfigs;
        start.Environment["KUBECACHEDIR"] = FileNamed("cache");
        start.Environment["HOME"] = start.Environment["USERPROFILE"] = _home.FullName;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Programs.Start(start);
    }

    /// <summary>Reads lines until one contains a text.</summary>
    public static async Task ReadUntilAsync(StreamReader lines, string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await lines.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"The output ended before '{text}'.");
    }

    /// <summary>Writes a file that can be given with <c>-f</c>.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(FileNamed(name), content);
        return FileNamed(name);
    }

    public void Dispose() => _home.Delete(recursive: true);

    private string FileNamed(string name) => System.IO.Path.Combine(_home.FullName, name);

    private static HashSet<string> ListSubcommands()
    {
        if (Path is null)
            return [];
        using var process = Programs.Start(new ProcessStartInfo(Path, "--help") { RedirectStandardOutput = true });
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. Subcommand().Matches(output).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"^  ([a-z-]+) {2,}\S", RegexOptions.Multiline)]
    private static partial Regex Subcommand();
}
