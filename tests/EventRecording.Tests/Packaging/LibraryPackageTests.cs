using System.IO.Compression;
using System.Xml.Linq;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Packaging;

/// <summary>The libraries as somebody else gets them.</summary>
public sealed class LibraryPackageTests(PackedLibraries libraries) : IClassFixture<PackedLibraries>, IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task A_project_that_references_the_packages_records_as_the_sample_in_the_solution_does()
    {
        LayOutProject();
        using var cluster = new OperatorCluster();
        await Programs.RunAsync("dotnet", ["build", "--disable-build-servers", _folder.File("app"), $"-p:EventRecordingVersion={PackedLibraries.Version}", "--output", _folder.File("built")]);
        for (var round = 0; round < 2; round++)
            await cluster.RunAsync(_folder.File("built/Operator.dll"), "--once", "true");
        await cluster.AssertEventsAsync();
    }

    [Theory]
    [InlineData("EventRecording", "")]
    [InlineData("EventRecording.Cluster", "EventRecording YamlDotNet")]
    [InlineData("EventRecording.Hosting", "EventRecording.Cluster Microsoft.Extensions.Configuration.Binder Microsoft.Extensions.Hosting.Abstractions Microsoft.Extensions.Logging.Abstractions YamlDotNet")]
    [InlineData("EventRecording.Sandbox", "EventRecording EventRecording.Cluster YamlDotNet")]
    public void A_package_has_docs_symbols_a_licence_a_readme_and_no_more_dependencies_than_needed(string id, string dependencies)
    {
        using var package = ZipFile.OpenRead(libraries.PathOf($"{id}.{PackedLibraries.Version}.nupkg"));
        using var symbols = ZipFile.OpenRead(libraries.PathOf($"{id}.{PackedLibraries.Version}.snupkg"));
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        string[] wanted = [$"lib/net8.0/{id}.dll", $"lib/net8.0/{id}.xml", "README.md"];
        Assert.Equal(wanted, wanted.Intersect(files));
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net8.0/{id}.pdb");

        using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Descendants().ToLookup(element => element.Name.LocalName);
        Assert.Equal("Apache-2.0", metadata["license"].Single().Value);
        Assert.Equal("README.md", metadata["readme"].Single().Value);
        Assert.Equal("git", (string?)metadata["repository"].Single().Attribute("type"));
        Assert.All((string[])["description", "tags", "projectUrl", "releaseNotes"], key => Assert.NotEmpty(metadata[key].Single().Value));
        Assert.Equal(dependencies, string.Join(' ', metadata["dependency"].Select(element => (string?)element.Attribute("id")).Order(StringComparer.Ordinal)));
    }

    public void Dispose() => _folder.Dispose();

    // The sample, outside of this repository and of what it sets; packages of others come from where this machine has them already.
    private void LayOutProject()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("samples/Operator")).Where(file => Path.GetExtension(file) is ".cs" or ".csproj"))
            _folder.Write($"app/{Path.GetFileName(file)}", File.ReadAllText(file));
        _folder.Write("app/Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseAppHost>false</UseAppHost>
                <RestorePackagesPath>{_folder.File("installed")}</RestorePackagesPath>
              </PropertyGroup>
            </Project>
            """);
        _folder.Write("app/nuget.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{libraries.Folder}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="machine" value="{InstalledPackages}" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    private static string InstalledPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
