using System.Diagnostics;

namespace EventRecording.Benchmarks;

/// <summary>A program that records so many events, built where the machine has what it takes; each run is a process of its own.</summary>
internal abstract class BuiltWriter(string name, string tool) : IDisposable
{
    private readonly DirectoryInfo _built = Directory.CreateTempSubdirectory("writer");

    /// <summary>Builds it.</summary>
    /// <returns>Why it cannot be; else <see langword="null"/>.</returns>
    public async Task<string?> BuildAsync()
    {
        if (Programs.Missing(tool) is { } missing)
            return missing;
        try
        {
            await Programs.ReadAsync(Build(_built.FullName));
            return null;
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
            return $"{name} cannot be built here";
        }
    }

    public void Dispose() => _built.Delete(recursive: true);

    /// <summary>What builds it.</summary>
    /// <param name="folder">Where the program belongs.</param>
    protected abstract ProcessStartInfo Build(string folder);

    /// <summary>A folder beside the benchmarks, seen from their <c>bin/Release/net8.0</c>.</summary>
    protected static string Source(string folder) => Path.GetFullPath("../../../" + folder, AppContext.BaseDirectory);

    protected async Task<WriteRun> RunAsync(string program, params string[] arguments) =>
        WriteRun.Parse(await Programs.ReadAsync(new ProcessStartInfo(Path.Combine(_built.FullName, program), arguments)));
}
