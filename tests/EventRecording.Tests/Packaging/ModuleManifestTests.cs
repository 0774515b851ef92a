using EventRecording.Packaging;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Packaging;

public sealed class ModuleManifestTests
{
    private static readonly ModuleManifest Manifest = new(File.ReadAllText(Repository.PathOf("EventRecording.psd1")));

    [Fact]
    public void The_version_of_the_assemblies_is_that_of_the_manifest() =>
        Assert.StartsWith(Manifest["ModuleVersion"] + ".", typeof(EventRecorder).Assembly.GetName().Version!.ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_text_is_replaced_with_its_quotes_doubled()
    {
        var changed = Manifest.With("ReleaseNotes", "what's new");
        Assert.Contains("ReleaseNotes = 'what''s new'", changed.Text, StringComparison.Ordinal);
        Assert.Equal("what's new", changed["ReleaseNotes"]);
    }

    [Fact]
    public void The_package_is_tagged_with_what_the_Gallery_searches_by()
    {
        var nuspec = GalleryNuspec.Of(Manifest);
        var metadata = nuspec.Descendants().ToLookup(element => element.Name.LocalName, element => element.Value);
        var tags = metadata["tags"].Single().Split(' ');
        string[] wanted = ["PSModule", "PSIncludes_Cmdlet", "PSCmdlet_Write-KubeEvent", "PSCommand_Write-KubeEvent", "PSEdition_Core", "Kubernetes"];
        Assert.Equal(wanted, wanted.Intersect(tags));
        Assert.Equal(tags.Length, tags.Distinct().Count());
        Assert.Equal(Manifest["ModuleVersion"], metadata["version"].Single());
        Assert.Equal(
            [.. Manifest.List("FileList"), "ready-to-run/**/*.dll"],
            nuspec.Descendants().Where(element => element.Name.LocalName == "file").Select(element => element.Attribute("src")!.Value));
    }

    [Fact]
    public void A_key_that_is_missing_is_named() =>
        Assert.Contains("IconUri", Assert.Throws<FormatException>(() => Manifest["IconUri"]).Message, StringComparison.Ordinal);
}
