using System.Text;

namespace EventRecording.Help;

/// <summary>Writes the help of a cmdlet as a page of the docs.</summary>
internal static class MarkdownPage
{
    public static string Of(CmdletHelp help)
    {
        var page = new StringBuilder();
        page.Append("<!-- Made from the doc comments of the cmdlet; edit those. -->\n");
        Section(page, $"# {help.Name}", Paragraphs(help.Synopsis));
        Section(page, "## Syntax", $"```text\n{string.Join("\n\n", help.Syntax.Select(set => Syntax(help.Name, set)))}\n```");
        Section(page, "## Description", Paragraphs(help.Description));
        page.Append("\n## Examples\n");
        foreach (var example in help.Examples)
            page.Append($"\n```powershell\n{example.Code}\n```\n\n{Paragraphs(example.Remarks)}\n");
        page.Append("\n## Parameters\n\nBeside these there are PowerShell's [common parameters](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_commonparameters).\n");
        foreach (var parameter in help.Parameters)
            Section(page, $"### -{parameter.Name}", $"{Paragraphs(parameter.Description)}\n\n{Facts(parameter)}");
        Section(page, "## Input", Types(help.Inputs, "None."));
        Section(page, "## Output", Types(help.Outputs, "None."));
        if (help.Related.Count > 0)
            Section(page, "## See also", string.Join(", ", help.Related.Select(name => $"[{name}]({name}.md)")));
        return page.ToString();
    }

    private static void Section(StringBuilder page, string heading, string text) => page.Append($"\n{heading}\n\n{text}\n");

    private static string Paragraphs(IEnumerable<DocText> texts) => string.Join("\n\n", texts.Select(text => text.Markdown)).Replace("\n\n* ", "\n* ", StringComparison.Ordinal);

    private static string Types(IEnumerable<TypeHelp> types, string none) =>
        string.Join("\n\n", types.Select(type => $"**{type.Name}**: {Paragraphs(type.Description)}")) is { Length: > 0 } text ? text : none;

    private static string Facts(ParameterHelp parameter) => string.Join("; ", AllFacts(parameter)) + ".";

    private static IEnumerable<string> AllFacts(ParameterHelp parameter)
    {
        yield return $"`{parameter.TypeName}`";
        if (parameter.Values.Count > 0)
            yield return string.Join(", ", parameter.Values.Select(value => $"`{value}`"));
        if (parameter.Mandatory)
            yield return "mandatory";
        if (parameter.Position is not null)
            yield return $"position {parameter.PositionText}";
        if (parameter.Pipeline != PipelineInput.None)
            yield return $"from the pipeline {parameter.PipelineText["true ".Length..]}";
        if (parameter.Wildcards)
            yield return "wildcards";
        if (parameter.Default is { } value && !parameter.IsSwitch)
            yield return $"default `{value}`";
        if (parameter.Aliases.Count > 0)
            yield return $"alias {string.Join(", ", parameter.Aliases.Select(alias => $"`-{alias}`"))}";
    }

    private static string Syntax(string name, SyntaxHelp set)
    {
        const int width = 100;
        var text = new StringBuilder(name);
        var column = name.Length;
        foreach (var part in set.Parameters.Select(Syntax).Append("[<CommonParameters>]"))
        {
            var breaks = column + 1 + part.Length > width;
            text.Append(breaks ? "\n    " : " ").Append(part);
            column = breaks ? 4 + part.Length : column + 1 + part.Length;
        }

        return text.ToString();
    }

    private static string Syntax(ParameterHelp parameter)
    {
        var name = parameter.Position is null || parameter.IsSwitch ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        var value = parameter.IsSwitch ? "" : parameter.Values.Count > 0 ? $" {{{string.Join(" | ", parameter.Values)}}}" : $" <{parameter.TypeName}>";
        return parameter.Mandatory ? name + value : $"[{name}{value}]";
    }
}
