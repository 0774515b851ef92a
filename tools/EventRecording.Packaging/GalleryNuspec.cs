using System.Xml.Linq;

namespace EventRecording.Packaging;

/// <summary>Makes the nuspec that <c>Publish-PSResource</c> makes of a manifest.</summary>
internal static class GalleryNuspec
{
    private static readonly XNamespace Schema = "http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd";

    public static XDocument Of(ModuleManifest manifest)
    {
        var cmdlets = manifest.List("CmdletsToExport");
        // By these the Gallery finds a module, and Find-PSResource -CommandName a command.
        string[] tags = ["PSModule", "PSIncludes_Cmdlet", .. cmdlets.SelectMany(it => new[] { $"PSCmdlet_{it}", $"PSCommand_{it}" }), .. manifest.List("Tags")];
        return new XDocument(new XElement(
            Schema + "package",
            new XElement(
                Schema + "metadata",
                new XElement(Schema + "id", "EventRecording"),
                new XElement(Schema + "version", manifest["ModuleVersion"]),
                new XElement(Schema + "authors", manifest["Author"]),
                new XElement(Schema + "owners", manifest["CompanyName"]),
                new XElement(Schema + "requireLicenseAcceptance", false),
                new XElement(Schema + "description", manifest["Description"]),
                new XElement(Schema + "releaseNotes", manifest["ReleaseNotes"]),
                new XElement(Schema + "copyright", manifest["Copyright"]),
                new XElement(Schema + "licenseUrl", manifest["LicenseUri"]),
                new XElement(Schema + "projectUrl", manifest["ProjectUri"]),
                new XElement(Schema + "tags", string.Join(' ', tags))),
            new XElement(
                Schema + "files",
                manifest.List("FileList").Select(file => new XElement(Schema + "file", new XAttribute("src", file), new XAttribute("target", file))),
                // For as many systems as it was built.
                new XElement(Schema + "file", new XAttribute("src", "ready-to-run/**/*.dll"), new XAttribute("target", "ready-to-run")))));
    }
}
