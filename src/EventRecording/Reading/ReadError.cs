using System.Text.Json;

namespace EventRecording;

/// <summary>Which errors of reading pass.</summary>
internal static class ReadError
{
    /// <summary>The version or the continue token is no longer there.</summary>
    public static bool IsGone(Exception error) => error is KubernetesApiException { Status.Code: 410 };

    public static bool IsThrottling(Exception error) => error is KubernetesApiException { Status.Code: 429 };

    /// <summary>
    /// Trying again can help: the server is overloaded or away, or the connection broke, perhaps in the middle of a line.
    /// </summary>
    public static bool IsTransient(Exception error) => error switch
    {
        // A watch may end with an error that says nothing.
        KubernetesApiException answer => answer.IsTransient || answer.Status.Code == 0,
        EventStoreException noAnswer => noAnswer.IsTransient,
        IOException or TimeoutException or OperationCanceledException or JsonException => true,
        _ => false,
    };

    public static TimeSpan? RetryAfter(Exception error) => (error as KubernetesApiException)?.Status.RetryAfter;
}
