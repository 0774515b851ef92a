#pragma warning disable CA1707 // a version number

namespace EventRecording.Sandbox;

/// <summary>Which API server the sandbox behaves like, where they differ.</summary>
public enum KubernetesRules
{
    /// <summary>
    /// The newer servers: aggregated discovery, streamed lists, immutable
    /// fields of events.k8s.io/v1, warnings about unknown fields.
    /// </summary>
    Current,

    /// <summary>kube-apiserver 1.20, from which the transcripts were recorded.</summary>
    V1_20,
}
