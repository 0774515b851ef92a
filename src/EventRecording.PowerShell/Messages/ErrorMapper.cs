using EventRecording.Cluster;

namespace EventRecording.PowerShell;

/// <summary>Gives each exception of the core its error id and category.</summary>
internal static class ErrorMapper
{
    /// <summary>The error that stands for an exception; <see langword="null"/> for one that only a bug can cause.</summary>
    public static CmdletError? Map(Exception exception, object? target = null) =>
        exception is TargetException { Error: var known } ? known
        : Classify(exception) is var (id, category) ? new CmdletError(id, category, Message(exception), exception, target) : null;

    // .NET adds the name of the library's parameter, which nobody gave at the prompt.
    private static string Message(Exception exception) =>
        exception is ArgumentException { ParamName: { } name } ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : exception.Message;

    private static (string Id, CmdletErrorCategory Category)? Classify(Exception exception) => exception switch
    {
        KubernetesApiException refused => Classify(refused.Status),
        ClusterConnectionException broken => Classify(broken.Failure),
        ExecPluginRefusedException => (ErrorId.CredentialPluginRefused, CmdletErrorCategory.PermissionDenied),
        ClusterConfigurationException => (ErrorId.ClusterNotConfigured, CmdletErrorCategory.ResourceUnavailable),
        EventStoreException => (ErrorId.ClusterAnswerLost, CmdletErrorCategory.ProtocolError),
        ResourceNotFoundException => (ErrorId.ResourceNotFound, CmdletErrorCategory.ObjectNotFound),
        ObjectReferenceException => (ErrorId.ObjectNotReferable, CmdletErrorCategory.InvalidData),
        OccurrenceRejectedException or ArgumentException or FormatException => (ErrorId.ArgumentNotValid, CmdletErrorCategory.InvalidArgument),
        TimeoutException => (ErrorId.ClusterAnswerLost, CmdletErrorCategory.OperationTimeout),
        _ => null,
    };

    private static (string Id, CmdletErrorCategory Category) Classify(KubernetesStatus status) => status.Code switch
    {
        401 => (ErrorId.NotAuthenticated, CmdletErrorCategory.AuthenticationError),
        403 when AccessDenial.From(status) is not null => (ErrorId.AccessDenied, CmdletErrorCategory.PermissionDenied),
        403 => (ErrorId.RequestRefused, CmdletErrorCategory.PermissionDenied),
        404 => (ErrorId.ObjectNotFound, CmdletErrorCategory.ObjectNotFound),
        400 or 422 => (ErrorId.RequestRefused, CmdletErrorCategory.InvalidData),
        413 => (ErrorId.RequestRefused, CmdletErrorCategory.LimitsExceeded),
        408 or 429 or >= 500 => (ErrorId.RequestRefused, CmdletErrorCategory.ResourceUnavailable),
        _ => (ErrorId.RequestRefused, CmdletErrorCategory.ProtocolError),
    };

    private static (string Id, CmdletErrorCategory Category) Classify(ClusterConnectionFailure failure) => failure switch
    {
        ClusterConnectionFailure.Unreachable => (ErrorId.ClusterUnreachable, CmdletErrorCategory.ConnectionError),
        ClusterConnectionFailure.Certificate => (ErrorId.ClusterUnreachable, CmdletErrorCategory.SecurityError),
        ClusterConnectionFailure.Timeout => (ErrorId.ClusterAnswerLost, CmdletErrorCategory.OperationTimeout),
        ClusterConnectionFailure.Broken => (ErrorId.ClusterAnswerLost, CmdletErrorCategory.ConnectionError),
        _ => (ErrorId.ClusterAnswerLost, CmdletErrorCategory.ProtocolError),
    };
}

/// <summary>What is wrong with one of the objects that were given.</summary>
internal sealed class TargetException(CmdletError error) : Exception(error.Message, error.Cause)
{
    public CmdletError Error { get; } = error;
}
