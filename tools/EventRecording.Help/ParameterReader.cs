using System.Globalization;
using System.Reflection;

namespace EventRecording.Help;

/// <summary>Reads the parameters of a cmdlet, once for each parameter set that they are in.</summary>
internal sealed class ParameterReader(DocComments comments)
{
    public const string AllSets = "__AllParameterSets";

    private static readonly IReadOnlyList<ParameterHelp> ShouldProcess =
    [
        new() { Name = "WhatIf", TypeName = "SwitchParameter", IsSwitch = true, Sets = [AllSets], Aliases = ["wi"], Default = "False", Description = [DocText.Of("Says what would be done, and does nothing.")] },
        new() { Name = "Confirm", TypeName = "SwitchParameter", IsSwitch = true, Sets = [AllSets], Aliases = ["cf"], Default = "False", Description = [DocText.Of("Asks before each object.")] },
    ];

    public IReadOnlyList<ParameterHelp> Read(Type cmdlet, bool shouldProcess)
    {
        // What a parameter is without being given is what the constructor leaves in it.
        var fresh = Activator.CreateInstance(cmdlet);
        var own = cmdlet.GetProperties().SelectMany(property => property.AllData("ParameterAttribute").Select(data => Read(property, data, fresh)));
        return [.. own, .. shouldProcess ? ShouldProcess : []];
    }

    private ParameterHelp Read(PropertyInfo property, CustomAttributeData data, object? cmdlet)
    {
        var comment = comments.Of(property);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new ParameterHelp
        {
            Name = property.Name,
            TypeName = type.Name,
            IsSwitch = type.Name == "SwitchParameter",
            Description = [.. DocText.Paragraphs(comment?.Element("summary")), .. DocText.Paragraphs(comment?.Element("remarks")), .. Range(property)],
            Sets = [data.Named<string>("ParameterSetName") ?? AllSets],
            Mandatory = data.Named<bool>("Mandatory"),
            Position = data.Named<int?>("Position"),
            Pipeline = (data.Named<bool>("ValueFromPipeline") ? PipelineInput.ByValue : PipelineInput.None)
                | (data.Named<bool>("ValueFromPipelineByPropertyName") ? PipelineInput.ByPropertyName : PipelineInput.None),
            Wildcards = property.Data("SupportsWildcardsAttribute") is not null,
            Default = data.Named<bool>("Mandatory") ? null : Default(property.GetValue(cmdlet)),
            Aliases = [.. property.AllData("AliasAttribute").SelectMany(it => it.Texts())],
            Values = property.Data("ValidateSetAttribute") is { } set ? [.. set.Texts()] : type.IsEnum ? Enum.GetNames(type) : [],
        };
    }

    private static string? Default(object? value) => value switch
    {
        null or "" or Array { Length: 0 } => null,
        { } other when other.GetType().Name == "SwitchParameter" => "False",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static IEnumerable<DocText> Range(PropertyInfo property)
    {
        if (property.Data("ValidateRangeAttribute")?.ConstructorArguments is not [{ Value: int least }, { Value: int most }])
            yield break;
        // Limits of the type, in seconds or milliseconds, tell a reader nothing.
        var text = most >= int.MaxValue / 1000 ? $"At least {least}." : $"From {least} to {most}.";
        yield return DocText.Of(text);
    }
}
