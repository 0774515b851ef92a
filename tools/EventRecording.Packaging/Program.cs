using System.Xml;
using EventRecording.Packaging;

if (args is not [var manifestPath, var changelogPath, var completedPath, var nuspecPath])
{
    Console.Error.WriteLine("Usage: EventRecording.Packaging MANIFEST CHANGELOG COMPLETED-MANIFEST NUSPEC");
    return 2;
}

var manifest = new ModuleManifest(File.ReadAllText(manifestPath));
var completed = manifest.With("ReleaseNotes", Changelog.NotesOf(manifest["ModuleVersion"], File.ReadAllText(changelogPath)));
foreach (var path in (string[])[completedPath, nuspecPath])
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
File.WriteAllText(completedPath, completed.Text);
using var writer = XmlWriter.Create(nuspecPath, new XmlWriterSettings { Indent = true });
GalleryNuspec.Of(completed).Save(writer);
return 0;
