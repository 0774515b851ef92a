using System.Reflection;
using System.Xml.Linq;

namespace EventRecording.Help;

/// <summary>Reads cmdlets from their attributes and doc comments.</summary>
/// <remarks>Attributes are read as data: over the stub of PowerShell their constructors keep nothing.</remarks>
internal sealed class CmdletReader(DocComments comments)
{
    private readonly ParameterReader _parameters = new(comments);

    /// <summary>All cmdlets of an assembly, by name.</summary>
    public IReadOnlyList<CmdletHelp> Read(Assembly assembly) =>
        [.. assembly.GetExportedTypes().Where(type => type.Data("CmdletAttribute") is not null).Select(Read).OrderBy(it => it.Name, StringComparer.Ordinal)];

    private CmdletHelp Read(Type type)
    {
        var cmdlet = type.Data("CmdletAttribute")!;
        var comment = comments.Of(type);
        var bySet = _parameters.Read(type, cmdlet.Named<bool>("SupportsShouldProcess"));
        return new CmdletHelp
        {
            Verb = (string)cmdlet.ConstructorArguments[0].Value!,
            Noun = (string)cmdlet.ConstructorArguments[1].Value!,
            Synopsis = [.. DocText.Paragraphs(comment?.Element("summary"))],
            Description = [.. DocText.Paragraphs(comment?.Element("remarks"))],
            Syntax = Syntax(bySet, cmdlet.Named<string>("DefaultParameterSetName")),
            Parameters = [.. bySet.GroupBy(it => it.Name).Select(Merge).OrderBy(it => it.Name, StringComparer.Ordinal)],
            Outputs = [.. type.AllData("OutputTypeAttribute").SelectMany(Types).Select(it => new TypeHelp(it.Name, [.. DocText.Paragraphs(comments.Of(it)?.Element("summary"))]))],
            Examples = [.. comment?.Elements("example").Select(Example) ?? []],
            HelpUri = cmdlet.Named<string>("HelpUri"),
            Related = [.. comment?.Elements("seealso").Select(it => CmdletName((string)it.Attribute("cref")!, type.Assembly)) ?? []],
        };
    }

    private static List<SyntaxHelp> Syntax(IReadOnlyList<ParameterHelp> parameters, string? first)
    {
        var names = parameters.SelectMany(it => it.Sets).Where(it => it != ParameterReader.AllSets).Distinct()
            .OrderByDescending(it => it == first).ThenBy(it => it, StringComparer.Ordinal).DefaultIfEmpty(ParameterReader.AllSets);
        return [.. names.Select(name => new SyntaxHelp(name, [.. parameters
            .Where(it => it.Sets.Contains(name) || it.Sets.Contains(ParameterReader.AllSets))
            .OrderBy(it => it.Position ?? int.MaxValue)
            .ThenByDescending(it => it.Mandatory)
            .ThenBy(it => it.Name is "WhatIf" or "Confirm")
            .ThenBy(it => it.Name, StringComparer.Ordinal)]))];
    }

    // Where the sets differ the list of parameters tells the most that any of them takes.
    private static ParameterHelp Merge(IEnumerable<ParameterHelp> sets) => sets.Aggregate((one, other) => one with
    {
        Sets = [.. one.Sets, .. other.Sets],
        Mandatory = one.Mandatory && other.Mandatory,
        Position = one.Position ?? other.Position,
        Pipeline = one.Pipeline | other.Pipeline,
    });

    private static IEnumerable<Type> Types(CustomAttributeData data) =>
        data.ConstructorArguments[0].Value is IEnumerable<CustomAttributeTypedArgument> types ? types.Select(it => (Type)it.Value!) : [];

    private static ExampleHelp Example(XElement example) =>
        new(Unindent(example.Element("code")!.Value), [.. DocText.Paragraphs(new XElement("example", example.Elements("para")))]);

    private static string Unindent(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(line => line.TrimEnd()).ToList();
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line)).Trim();
    }

    // The compiler checks that what <seealso> names is there.
    private static string CmdletName(string reference, Assembly assembly)
    {
        var data = assembly.GetType(reference[2..], throwOnError: true)!.Data("CmdletAttribute")
            ?? throw new FormatException($"<seealso> names {reference}, which is no cmdlet.");
        return $"{data.ConstructorArguments[0].Value}-{data.ConstructorArguments[1].Value}";
    }
}
