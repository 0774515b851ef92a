using System.Reflection;
using System.Xml.Linq;

namespace EventRecording.Help;

/// <summary>The doc comments that the compiler wrote beside the assemblies.</summary>
internal sealed class DocComments
{
    private readonly Dictionary<string, XElement> _members;

    public DocComments(IEnumerable<XDocument> files) => _members = files
        .SelectMany(file => file.Descendants("member"))
        .GroupBy(member => (string)member.Attribute("name")!)
        .ToDictionary(group => group.Key, group => group.First());

    /// <summary>All that lie in the folder of an assembly.</summary>
    public static DocComments Beside(Assembly assembly) => new(Directory
        .EnumerateFiles(Path.GetDirectoryName(assembly.Location)!, "EventRecording*.xml")
        .Select(file => XDocument.Load(file, LoadOptions.PreserveWhitespace)));

    public XElement? Of(Type type) => _members.GetValueOrDefault($"T:{type.FullName?.Replace('+', '.')}");

    public XElement? Of(PropertyInfo property) => _members.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");
}
