using EventRecording.Packaging;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Packaging;

/// <summary>The packages of the libraries, packed once as they were built.</summary>
public sealed class PackedLibraries : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();

    public static string Version { get; } = new ModuleManifest(File.ReadAllText(Repository.PathOf("EventRecording.psd1")))["ModuleVersion"];

    public string Folder => _folder.Path;

    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    public string PathOf(string package) => _folder.File(package);

    public async Task InitializeAsync()
    {
        foreach (var library in (string[])["EventRecording", "EventRecording.Cluster", "EventRecording.Hosting", "EventRecording.Sandbox"])
            await Programs.RunAsync("dotnet", ["pack", Repository.PathOf($"src/{library}"), "--no-build", "--configuration", Configuration, "--output", Folder]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
