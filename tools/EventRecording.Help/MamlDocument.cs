using System.Xml;
using System.Xml.Linq;

namespace EventRecording.Help;

/// <summary>Writes help as MAML, the XML that <c>Get-Help</c> reads for cmdlets of an assembly.</summary>
internal static class MamlDocument
{
    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static void Save(IEnumerable<CmdletHelp> cmdlets, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
        Of(cmdlets).Save(writer);
    }

    public static XDocument Of(IEnumerable<CmdletHelp> cmdlets) => new(new XElement(Items + "helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Of)));

    private static XElement Of(CmdletHelp help) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", help.Name),
            new XElement(Command + "verb", help.Verb),
            new XElement(Command + "noun", help.Noun),
            Description(help.Synopsis)),
        Description(help.Description),
        new XElement(Command + "syntax", help.Syntax.Select(set => new XElement(
            Command + "syntaxItem", new XElement(Maml + "name", help.Name), set.Parameters.Select(it => Parameter(it, inSyntax: true))))),
        new XElement(Command + "parameters", help.Parameters.Select(it => Parameter(it, inSyntax: false))),
        new XElement(Command + "inputTypes", help.Inputs.Select(it => Type("inputType", it))),
        new XElement(Command + "returnValues", help.Outputs.Select(it => Type("returnValue", it))),
        new XElement(Command + "examples", help.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", Links(help)));

    private static XElement Parameter(ParameterHelp parameter, bool inSyntax) => new(
        Command + "parameter",
        new XAttribute("required", parameter.Mandatory),
        new XAttribute("variableLength", parameter.TypeName.EndsWith("[]", StringComparison.Ordinal)),
        new XAttribute("globbing", parameter.Wildcards),
        new XAttribute("pipelineInput", parameter.PipelineText),
        new XAttribute("position", parameter.PositionText),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Description(inSyntax ? parameter.Description : [.. parameter.Description, .. Values(parameter)]),
        inSyntax && parameter.Values.Count > 0
            ? new XElement(Command + "parameterValueGroup", parameter.Values.Select(value => Value(value, required: false)))
            : null,
        inSyntax && parameter.IsSwitch ? null : Value(parameter.TypeName, required: !parameter.IsSwitch),
        new XElement(Dev + "type", new XElement(Maml + "name", parameter.TypeName), new XElement(Maml + "uri")),
        new XElement(Dev + "defaultValue", parameter.Default ?? "None"));

    private static IEnumerable<DocText> Values(ParameterHelp parameter) =>
        parameter.Values.Count == 0 ? [] : [DocText.Of($"Values: {string.Join(", ", parameter.Values)}.")];

    private static XElement Value(string text, bool required) =>
        new(Command + "parameterValue", new XAttribute("required", required), new XAttribute("variableLength", false), text);

    private static XElement Type(string element, TypeHelp type) => new(
        Command + element,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name)),
        Description(type.Description));

    private static XElement Example(ExampleHelp example, int index) => new(
        Command + "example",
        new XElement(Maml + "title", $"-------------------------- Example {index + 1} --------------------------"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks)));

    private static IEnumerable<XElement> Links(CmdletHelp help)
    {
        if (help.HelpUri is { } page)
            yield return Link("Online version:", page);
        foreach (var name in help.Related)
            yield return Link(name, "");
    }

    private static XElement Link(string text, string uri) =>
        new(Maml + "navigationLink", new XElement(Maml + "linkText", text), new XElement(Maml + "uri", uri));

    private static XElement Description(IEnumerable<DocText> texts) => new(Maml + "description", Paragraphs(texts));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<DocText> texts) => texts.Select(text => new XElement(Maml + "para", text.Plain));
}
