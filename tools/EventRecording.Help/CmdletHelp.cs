namespace EventRecording.Help;

/// <summary>All that the help of one cmdlet says.</summary>
internal sealed record CmdletHelp
{
    public required string Verb { get; init; }

    public required string Noun { get; init; }

    public string Name => $"{Verb}-{Noun}";

    public required IReadOnlyList<DocText> Synopsis { get; init; }

    public required IReadOnlyList<DocText> Description { get; init; }

    /// <summary>The default parameter set first.</summary>
    public required IReadOnlyList<SyntaxHelp> Syntax { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<ParameterHelp> Parameters { get; init; }

    public required IReadOnlyList<TypeHelp> Outputs { get; init; }

    public required IReadOnlyList<ExampleHelp> Examples { get; init; }

    /// <summary>The page that <c>Get-Help -Online</c> opens.</summary>
    public string? HelpUri { get; init; }

    /// <summary>Names of other cmdlets.</summary>
    public required IReadOnlyList<string> Related { get; init; }

    public IEnumerable<TypeHelp> Inputs => Parameters
        .Where(parameter => parameter.Pipeline != PipelineInput.None)
        .GroupBy(parameter => parameter.TypeName)
        .Select(group => new TypeHelp(group.Key, group.First().Description));
}

/// <summary>One parameter set: its parameters in the order in which they are typed.</summary>
internal sealed record SyntaxHelp(string Name, IReadOnlyList<ParameterHelp> Parameters);

/// <summary>A type that goes into the pipeline or comes out of it.</summary>
internal sealed record TypeHelp(string Name, IReadOnlyList<DocText> Description);

/// <summary>Code that can be pasted, and what it does.</summary>
internal sealed record ExampleHelp(string Code, IReadOnlyList<DocText> Remarks);
