namespace EventRecording;

/// <summary>What an error says about a write: whether it may have been applied, whether to try again.</summary>
internal static class WriteErrors
{
    /// <summary>The name is taken.</summary>
    public static bool IsTaken(KubernetesApiException error) => error.Status is { Code: 409, Reason: "AlreadyExists" or "" };

    /// <summary>The event is another version than the patch names.</summary>
    public static bool IsConflict(KubernetesApiException error) => error.Status.Code == 409;

    public static bool IsGone(KubernetesApiException error) => error.Status.Code == 404;

    /// <summary>The role lacks a verb; any other 403 (quota, admission, terminating namespace) is the server's last word.</summary>
    public static bool IsForbiddenByRole(KubernetesApiException error, string verb) =>
        error.Status.IsForbiddenByRole
        && (error.Status.Denial is not { } denial || (denial.Verb == verb && denial.Resource == "events"));

    /// <summary>The server does not take an event about a cluster-scoped object in this namespace (transcript <c>cluster-scoped</c>).</summary>
    public static bool IsWrongNamespace(KubernetesApiException error) =>
        error.Status.Code == 422 && error.Status.Causes.Any(cause => cause.Field == "involvedObject.namespace");

    /// <summary>The event would hold more annotations than the server takes (transcript <c>limits</c>).</summary>
    public static bool IsTooManyAnnotations(KubernetesApiException error) =>
        error.Status.Code == 422 && error.Status.Causes.Any(cause => cause is { Field: "metadata.annotations", Reason: "FieldValueTooLong" });

    /// <summary>The server said no to this request, for good; 401 is about who asks, not about the request.</summary>
    public static bool IsRefusal(KubernetesApiException error) => !IsPassing(error) && error.Status.Code != 401;

    /// <summary>The server, or something on the way to it, has too much to do.</summary>
    public static bool IsTooMuch(KubernetesApiException error) => error.Status is { Code: 429 or 503 or 504, IsStarting: false };

    /// <summary>A later try may succeed.</summary>
    public static bool IsPassing(Exception error) => error switch
    {
        KubernetesApiException answer => answer.Status.IsStarting || IsConflict(answer) || (answer.IsTransient && !IsTooLarge(answer.Status)),
        EventStoreException noAnswer => noAnswer.IsTransient,
        _ => true,
    };

    /// <summary>The request was sent and may have been applied.</summary>
    public static bool MayBeApplied(Exception error) => error switch
    {
        // A proxy may say 502, 503 or 504, and a server 500, after the request went through.
        KubernetesApiException { Status: var status } when status.IsStarting => false,
        KubernetesApiException { Status: var status } => status.Code == 408 || (status.Code >= 500 && !IsTooLarge(status)),
        EventStoreException noAnswer => !noAnswer.WasNotSent,
        _ => true,
    };

    /// <summary>Why a write was given up at the end of the recorder: in one line, with what stood in its way.</summary>
    public static ObjectDisposedException Disposed(Exception? lastError) => new($"The broadcaster was disposed before the event was written.{LastTry(lastError)}", lastError);

    /// <summary>As <see cref="Disposed"/>, at a signal.</summary>
    public static OperationCanceledException ToldToEnd(Exception? lastError) => new($"The process was told to end before the event was written.{LastTry(lastError)}", lastError);

    private static string LastTry(Exception? error) => error is null ? "" : $" The last try: {error.Message}";

    private static bool IsTooLarge(KubernetesStatus status) =>
        status.Code == 500 && status.Message.Contains("request is too large", StringComparison.Ordinal);
}
