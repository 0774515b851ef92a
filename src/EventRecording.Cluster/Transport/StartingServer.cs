namespace EventRecording.Cluster;

/// <summary>
/// A server that has just started refuses for a moment what it will allow: until it has read roles and custom resources, it forbids
/// everything and does not find them.
/// </summary>
internal static class StartingServer
{
    /// <summary>Whether a refusal may be one of these: by RBAC, or of a path that leads nowhere. An object that is missing has a kind.</summary>
    public static bool MayExplain(KubernetesStatus status) => status switch
    {
        { Code: 403, Causes.Count: 0 } => status.Message.Contains("User \"", StringComparison.Ordinal) && status.Message.Contains(" cannot ", StringComparison.Ordinal),
        { Code: 404, Kind: null } => true,
        _ => false,
    };

    /// <summary>The refusal as a passing one. The request was not applied.</summary>
    public static KubernetesStatus Explain(KubernetesStatus refusal) => new()
    {
        Code = 503,
        Reason = "ServerStarting",
        IsStarting = true,
        Message = $"it is starting and knows no roles and custom resources yet; its answer was {refusal.Code}: {refusal.Message}",
        RetryAfter = refusal.RetryAfter,
    };
}
