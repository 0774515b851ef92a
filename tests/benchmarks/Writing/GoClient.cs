using System.Diagnostics;

namespace EventRecording.Benchmarks;

/// <summary>The program in <c>client-go</c>, which records by a recorder of client-go; it takes Go and its modules.</summary>
internal sealed class GoClient() : BuiltWriter("client-go", "go")
{
    /// <param name="package">Which recorder: <c>events</c> or <c>record</c>.</param>
    /// <param name="count">How many events.</param>
    /// <param name="kubeconfig">The server.</param>
    public Task<WriteRun> RunAsync(string package, int count, string kubeconfig) => base.RunAsync("client-go", package, $"{count}", kubeconfig);

    protected override ProcessStartInfo Build(string folder)
    {
        var source = Source("client-go");
        // The build completes the file with all that client-go requires.
        var modules = Path.Combine(folder, "go.mod");
        File.Copy(Path.Combine(source, "go.mod"), modules);
        return new ProcessStartInfo("go", ["build", "-mod=mod", $"-modfile={modules}", "-o", Path.Combine(folder, "client-go"), "."]) { WorkingDirectory = source };
    }
}
