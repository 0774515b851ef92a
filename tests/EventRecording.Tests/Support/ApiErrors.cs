using EventRecording.Cluster;

namespace EventRecording.Tests.Support;

/// <summary>Errors as API servers answer them.</summary>
internal static class ApiErrors
{
    /// <summary>RBAC says no: transcript <c>rights</c>.</summary>
    public static KubernetesApiException Forbidden(string verb, string group = "", string space = "wire") =>
        Of(403, "Forbidden", $"events is forbidden: User \"limited-user\" cannot {verb} resource \"events\" in API group \"{group}\" in the namespace \"{space}\"");

    /// <summary>Transcript <c>terminating</c>.</summary>
    public static KubernetesApiException Terminating() => Caused(
        403, "Forbidden", "events \"r.1\" is forbidden: unable to create new content in namespace ending because it is being terminated", "NamespaceTerminating", "metadata.namespace");

    /// <summary>A quota says no: a 403 without causes that names no right.</summary>
    public static KubernetesApiException Quota() =>
        Of(403, "Forbidden", "events \"e\" is forbidden: exceeded quota: count, requested: count/events=1, used: count/events=10, limited: count/events=10");

    /// <summary>An old server's rule about cluster-scoped objects: transcript <c>cluster-scoped</c>.</summary>
    public static KubernetesApiException WrongNamespace() => Caused(
        422, "Invalid", "Event \"europe.4\" is invalid: involvedObject.namespace: Invalid value: \"\": does not match event.namespace", "FieldValueInvalid", "involvedObject.namespace");

    /// <summary>The event would hold more annotations than the server takes: transcript <c>limits</c>.</summary>
    public static KubernetesApiException TooManyAnnotations() => Caused(
        422, "Invalid", "Event \"e\" is invalid: metadata.annotations: Too long: must have at most 262144 bytes", "FieldValueTooLong", "metadata.annotations");

    public static KubernetesApiException TooLarge() => Of(500, "", "etcdserver: request is too large");

    public static KubernetesApiException Of(int code, string reason = "", string message = "no", TimeSpan? retryAfter = null) =>
        new(new KubernetesStatus { Code = code, Reason = reason, Message = message, RetryAfter = retryAfter });

    private static KubernetesApiException Caused(int code, string reason, string message, string cause, string field) =>
        new(new KubernetesStatus { Code = code, Reason = reason, Message = message, Causes = [new KubernetesStatusCause(cause, message, field)] });
}
