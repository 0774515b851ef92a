using System.Diagnostics;

namespace EventRecording.Benchmarks;

/// <summary>The recorder in a program that is compiled ahead of time, in <c>AheadOfTime</c>; it takes the compiler's package and a linker.</summary>
internal sealed class AheadOfTimeWriter() : BuiltWriter("a program compiled ahead of time", "dotnet")
{
    /// <param name="count">How many events.</param>
    /// <param name="kubeconfig">The server.</param>
    public Task<WriteRun> RunAsync(int count, string kubeconfig) => base.RunAsync("EventRecording.Benchmarks", $"{count}", kubeconfig);

    protected override ProcessStartInfo Build(string folder) =>
        new("dotnet", ["publish", Source("AheadOfTime"), "--configuration", "Release", "--use-current-runtime", "--output", folder]);
}
