namespace EventRecording.Help;

/// <summary>One parameter, as one parameter set has it.</summary>
internal sealed record ParameterHelp
{
    public required string Name { get; init; }

    /// <summary>The type as syntax shows it, such as <c>String[]</c>; a switch has none.</summary>
    public required string TypeName { get; init; }

    public bool IsSwitch { get; init; }

    public required IReadOnlyList<DocText> Description { get; init; }

    public required IReadOnlyList<string> Sets { get; init; }

    public bool Mandatory { get; init; }

    public int? Position { get; init; }

    public PipelineInput Pipeline { get; init; }

    public bool Wildcards { get; init; }

    public string? Default { get; init; }

    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Empty where any value will do.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public string PositionText => Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "named";

    public string PipelineText => Pipeline switch
    {
        PipelineInput.None => "false",
        PipelineInput.ByValue => "true (ByValue)",
        PipelineInput.ByPropertyName => "true (ByPropertyName)",
        _ => "true (ByValue, ByPropertyName)",
    };
}

/// <summary>How a parameter takes input from the pipeline.</summary>
[Flags]
internal enum PipelineInput
{
    None = 0,
    ByValue = 1,
    ByPropertyName = 2,
}
