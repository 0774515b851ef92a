using System.Diagnostics;
using EventRecording.Sandbox;

namespace EventRecording.Tests.Support;

/// <summary>The kubectl that is installed, against a sandbox.</summary>
internal sealed class Kubectl : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("kubectl-");

    public Kubectl(KubernetesSandbox sandbox) => File.WriteAllText(ConfigFile, sandbox.Kubeconfig);

    /// <summary>Where kubectl is; <see langword="null"/> where there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl"))
        .FirstOrDefault(File.Exists);

    private string ConfigFile => System.IO.Path.Combine(_home.FullName, "config");

    /// <summary>Runs a command, and gives the lines that it printed.</summary>
    public async Task<string[]> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = ConfigFile;
        start.Environment["HOME"] = start.Environment["USERPROFILE"] = _home.FullName;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await errors}");
        return output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }

    public void Dispose() => _home.Delete(recursive: true);
}
