namespace EventRecording.Cluster;

/// <summary>
/// A server that has just started refuses for a moment what it will allow: until it has read roles and custom resources, it forbids
/// everything and does not find them.
/// </summary>
internal static class StartingServer
{
    public static readonly ApiRequest Readiness = new(HttpMethod.Get, "/readyz");
    private static readonly ApiRequest Discovery = new(HttpMethod.Get, "/api");

    /// <summary>Whether a refusal may be one of these: by RBAC, or of a path that leads nowhere. An object that is missing has a kind.</summary>
    public static bool MayExplain(KubernetesStatus status) => status switch
    {
        { Code: 403, Causes.Count: 0 } => status.Message.Contains("User \"", StringComparison.Ordinal) && status.Message.Contains(" cannot ", StringComparison.Ordinal),
        { Code: 404, Kind: null } => true,
        _ => false,
    };

    /// <summary>What it means, by the codes that the server gives to a probe.</summary>
    public static async Task<KubernetesStatus> ExplainAsync(KubernetesStatus refusal, Func<ApiRequest, Task<int>> probe)
    {
        try
        {
            return await IsStartingAsync(probe).ConfigureAwait(false) ? Explain(refusal) : refusal;
        }
        catch (Exception error) when (TransportErrors.IsTransportError(error) || error is OperationCanceledException)
        {
            // The answer stands whatever becomes of the question behind it: a server that breaks off may well be starting.
            return Explain(refusal);
        }
    }

    /// <summary>Whether the server has not yet read what it serves and who may use it.</summary>
    public static async Task<bool> IsStartingAsync(Func<ApiRequest, Task<int>> probe) => await probe(Readiness).ConfigureAwait(false) switch
    {
        500 => true,
        // Before the roles are loaded, everything is forbidden. For good, a role may forbid the first, and a gateway not know it, but hardly discovery.
        403 or > 500 => await probe(Discovery).ConfigureAwait(false) is 403 or >= 500,
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
