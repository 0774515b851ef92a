using System.Diagnostics;

namespace EventRecording.Benchmarks;

/// <summary>The program in <c>client-go</c>, which records by a recorder of client-go; built where Go and its modules are to be had.</summary>
internal sealed class GoClient : IDisposable
{
    private readonly DirectoryInfo _built = Directory.CreateTempSubdirectory("client-go");

    private string Program => Path.Combine(_built.FullName, "client-go");

    /// <summary>Builds it.</summary>
    /// <returns>Why it cannot be; else <see langword="null"/>.</returns>
    public async Task<string?> BuildAsync()
    {
        if (Programs.Missing("go") is { } missing)
            return missing;
        // Seen from bin/Release/net8.0 of the benchmarks.
        var source = Path.GetFullPath("../../../client-go", AppContext.BaseDirectory);
        // The build completes the file with all that client-go requires.
        var modules = Path.Combine(_built.FullName, "go.mod");
        File.Copy(Path.Combine(source, "go.mod"), modules);
        try
        {
            await Programs.ReadAsync(new ProcessStartInfo("go", ["build", "-mod=mod", $"-modfile={modules}", "-o", Program, "."]) { WorkingDirectory = source });
            return null;
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
            return "client-go cannot be built here";
        }
    }

    /// <summary>Runs it as a process of its own.</summary>
    /// <param name="package">Which recorder: <c>events</c> or <c>record</c>.</param>
    /// <param name="count">How many events.</param>
    /// <param name="kubeconfig">The server.</param>
    public async Task<WriteRun> RunAsync(string package, int count, string kubeconfig)
    {
        var numbers = Programs.Numbers(await Programs.ReadAsync(new ProcessStartInfo(Program, [package, $"{count}", kubeconfig])));
        return new WriteRun(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    public void Dispose() => _built.Delete(recursive: true);
}
