namespace EventRecording.PowerShell;

/// <summary>Says what the role may not read while the rest is read.</summary>
internal static class RefusedPlaces
{
    public static Action<ReadRefusal> ToldTo(MessagePump output) => refusal => output.Post(Message(refusal));

    private static CmdletMessage Message(ReadRefusal refusal) => refusal switch
    {
        // In these two are all that an API server takes.
        { Instead: ["default", "kube-system"] } => new VerboseMessage($"{OfClusterScope} are looked for in default and kube-system: the role may not read those of all namespaces."),
        { Instead: { Count: > 0 } some } => new WarningMessage($"{OfClusterScope} are looked for in {string.Join(" and ", some)} only: the role may not read those of all namespaces. {refusal.Error.Status.Denial?.Rule}".TrimEnd()),
        { Namespace: null } => new ErrorMessage(ErrorMapper.Map(refusal.Error)! with { Message = $"{OfClusterScope} cannot be read. {refusal.Error.Message}" }),
        { Namespace: var name } when refusal.Error.Status.Denial?.Namespace == name => new ErrorMessage(ErrorMapper.Map(refusal.Error, name)!),
        { Namespace: var pattern } => new ErrorMessage(ErrorMapper.Map(refusal.Error, pattern)! with { Message = $"Namespaces {pattern} cannot be read. {refusal.Error.Message}" }),
    };

    private const string OfClusterScope = "Events about cluster-scoped objects";
}
