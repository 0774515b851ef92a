namespace EventRecording;

/// <summary>An API server answered a request with an error.</summary>
public class KubernetesApiException : Exception
{
    /// <summary>An error with the server's own explanation as its message, and with what to do where a right is missing.</summary>
    public KubernetesApiException(KubernetesStatus status)
        : this(status, Describe(status))
    {
    }

    /// <summary>An error with a message that says more than the server did.</summary>
    public KubernetesApiException(KubernetesStatus status, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
    }

    /// <summary>What the server said.</summary>
    public KubernetesStatus Status { get; }

    /// <summary>A later try may succeed: 408, 429, 5xx.</summary>
    public bool IsTransient => Status.Code is 408 or 429 or >= 500;

    private static string Describe(KubernetesStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var code = status.Code == 0 ? "with an error" : $"{status.Code}";
        var reason = status.Reason.Length == 0 ? "" : " " + SafeText.OneLine(status.Reason, 64);
        var said = SafeText.OneLine(status.Message);
        var message = $"The API server answered {code}{reason}{(said.Length == 0 ? "." : $": {said}")}";
        if (status.Code == 401)
            return $"{message.TrimEnd('.')}. The credential has expired, was revoked, or belongs to another cluster: log in again.";
        // The prompt joins the lines.
        return AccessDenial.From(status) is { } denial ? $"{message.TrimEnd('.')}.\n{denial}" : message;
    }
}
