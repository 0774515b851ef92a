using System.Xml.Linq;
using EventRecording.Help;
using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Help;

public sealed class CmdletHelpTests
{
    private const string Pages = "docs/cmdlets";

    private static readonly IReadOnlyList<CmdletHelp> Cmdlets =
        new CmdletReader(DocComments.Beside(typeof(WriteKubeEventCommand).Assembly)).Read(typeof(WriteKubeEventCommand).Assembly);

    public static TheoryData<string> Names => [.. Cmdlets.Select(cmdlet => cmdlet.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_cmdlet_has_a_synopsis_a_description_and_three_examples_that_are_explained(string name)
    {
        var help = Find(name);
        Assert.Single(help.Synopsis);
        Assert.NotEmpty(help.Description);
        Assert.True(help.Examples.Count >= 3, $"{name} has {help.Examples.Count} <example>s in its doc comment, and needs three.");
        Assert.All(help.Examples, example => Assert.NotEmpty(example.Remarks));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_line_of_an_example_is_broken_at_100_columns(string name) =>
        Assert.All(Find(name).Examples.SelectMany(example => example.Code.Split('\n')), line => Assert.True(line.Length <= 95, $"{line.Length} columns, at most 95: {line}"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_parameter_is_described(string name) =>
        Assert.All(Find(name).Parameters, parameter => Assert.True(parameter.Description.Count > 0, $"{name} -{parameter.Name} has no <summary>."));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_output_is_described(string name) =>
        Assert.All(Find(name).Outputs.Where(type => type.Name.StartsWith("Event", StringComparison.Ordinal)), type => Assert.NotEmpty(type.Description));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_page_on_the_web_is_the_one_in_the_docs(string name) =>
        Assert.Equal($"{HelpPage.Root}{name}.md", Find(name).HelpUri);

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Category", ApprovedText.Category)]
    public void The_committed_page_says_what_the_doc_comments_say(string name) =>
        ApprovedText.Check($"{Pages}/{name}.md", MarkdownPage.Of(Find(name)));

    [Fact]
    public void There_is_no_page_of_a_cmdlet_that_is_gone() => Assert.Equal(
        Cmdlets.Select(cmdlet => cmdlet.Name),
        Directory.EnumerateFiles(Repository.PathOf(Pages), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Syntax_has_the_default_set_first_and_what_is_typed_first_first()
    {
        var syntax = Find("Write-KubeEvent").Syntax;
        Assert.Equal(["InputObject", "For"], syntax.Select(set => set.Name));
        Assert.Equal(["Reason", "Message", "InputObject"], syntax[0].Parameters.Take(3).Select(parameter => parameter.Name));
        Assert.Equal(["Confirm", "WhatIf"], syntax[0].Parameters.TakeLast(2).Select(parameter => parameter.Name));
        Assert.DoesNotContain(syntax[0].Parameters, parameter => parameter.Name == "For");
    }

    [Fact]
    public void A_parameter_is_described_with_what_its_attributes_say()
    {
        var parameters = Find("Write-KubeEvent").Parameters.ToDictionary(parameter => parameter.Name);
        Assert.Equal((0, true), (parameters["Reason"].Position, parameters["Reason"].Mandatory));
        Assert.Equal(PipelineInput.ByValue, parameters["InputObject"].Pipeline & PipelineInput.ByValue);
        Assert.Equal(["Normal", "Warning"], parameters["Type"].Values);
        Assert.Equal("Normal", parameters["Type"].Default);
        Assert.Equal(["n"], parameters["Namespace"].Aliases);
        Assert.Contains(parameters["TimeoutSec"].Description, text => text.Plain == "From 1 to 600.");
        Assert.True(Find("Get-KubeEvent").Parameters.Single(parameter => parameter.Name == "Reason").Wildcards);
    }

    [Fact]
    public void Code_in_text_is_set_as_code_in_markdown_only()
    {
        var summary = XElement.Parse("""<summary>Gives <see cref="P:EventRecording.KubeEvent.Count"/> or <see langword="null"/>,<para>with <c>-First</c>.</para></summary>""");
        var texts = DocText.Paragraphs(summary).ToList();
        Assert.Equal(["Gives Count or $null,", "with -First."], texts.Select(text => text.Plain));
        Assert.Equal(["Gives `Count` or `$null`,", "with `-First`."], texts.Select(text => text.Markdown));
    }

    [Fact]
    public void Maml_has_the_code_of_the_examples_unchanged()
    {
        var maml = MamlDocument.Of(Cmdlets);
        var codes = maml.Descendants().Where(element => element.Name.LocalName == "code").Select(element => element.Value);
        Assert.Equal(Cmdlets.SelectMany(cmdlet => cmdlet.Examples).Select(example => example.Code), codes);
        Assert.Contains(codes, code => code.Contains("|\n    Write-KubeEvent", StringComparison.Ordinal));
    }

    private static CmdletHelp Find(string name) => Cmdlets.Single(cmdlet => cmdlet.Name == name);
}
