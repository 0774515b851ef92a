namespace EventRecording;

/// <summary>The two API groups through which the one store of events is seen.</summary>
public static class EventApiVersion
{
    /// <summary>core/v1, the group of <c>kubectl get events</c>.</summary>
    public const string CoreV1 = "v1";

    /// <summary>events.k8s.io/v1, with stricter rules: transcript <c>events-v1</c>.</summary>
    public const string EventsV1 = "events.k8s.io/v1";
}
