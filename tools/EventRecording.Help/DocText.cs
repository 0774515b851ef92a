using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EventRecording.Help;

/// <summary>One paragraph of a doc comment.</summary>
/// <param name="Plain">For a terminal.</param>
/// <param name="Markdown">With code set as code.</param>
internal sealed partial record DocText(string Plain, string Markdown)
{
    public static DocText Of(string text) => new(text, text);

    /// <summary>The paragraphs of an element: its own text, then each <c>para</c> and each item of a list.</summary>
    public static IEnumerable<DocText> Paragraphs(XElement? element)
    {
        var run = new List<XNode>();
        foreach (var node in element?.Nodes() ?? [])
        {
            if (node is not XElement { Name.LocalName: "para" or "list" } block)
            {
                run.Add(node);
                continue;
            }

            foreach (var text in Paragraph(run))
                yield return text;
            run.Clear();
            var blocks = block.Name.LocalName == "list" ? block.Elements("item").Select(item => Paragraph(item.Nodes(), "* ")) : [Paragraph(block.Nodes())];
            foreach (var text in blocks.SelectMany(texts => texts))
                yield return text;
        }

        foreach (var text in Paragraph(run))
            yield return text;
    }

    private static IEnumerable<DocText> Paragraph(IEnumerable<XNode> nodes, string bullet = "")
    {
        var parts = nodes.ToList();
        var plain = Join(parts, code => code);
        if (plain.Length > 0)
            yield return new DocText(bullet + plain, bullet + Join(parts, code => $"`{code}`"));
    }

    private static string Join(IEnumerable<XNode> nodes, Func<string, string> asCode) =>
        Space().Replace(string.Concat(nodes.Select(node => Text(node, asCode))), " ").Trim();

    private static string Text(XNode node, Func<string, string> asCode) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => asCode(code.Value),
        XElement { Name.LocalName: "see" } see => asCode(Target(see)),
        XElement { Name.LocalName: "paramref" } reference => asCode((string)reference.Attribute("name")!),
        XElement other => throw new FormatException($"<{other.Name.LocalName}> is not used in the doc comments of cmdlets: {other}"),
        _ => "",
    };

    // T:EventRecording.KubeEvent and P:EventRecording.KubeEvent.Count are named by what comes last.
    private static string Target(XElement see) => (string?)see.Attribute("langword") switch
    {
        "null" => "$null",
        { } word => $"${word}",
        null => ((string)see.Attribute("cref")!).Split('.', ':')[^1],
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
