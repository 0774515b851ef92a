namespace EventRecording;

/// <summary>Compares a kind with what people call it, without a server that could be asked.</summary>
public static class KindName
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cj"] = "CronJob",
        ["cm"] = "ConfigMap",
        ["crd"] = "CustomResourceDefinition",
        ["deploy"] = "Deployment",
        ["ds"] = "DaemonSet",
        ["ep"] = "Endpoints",
        ["hpa"] = "HorizontalPodAutoscaler",
        ["ing"] = "Ingress",
        ["netpol"] = "NetworkPolicy",
        ["no"] = "Node",
        ["ns"] = "Namespace",
        ["pdb"] = "PodDisruptionBudget",
        ["po"] = "Pod",
        ["pv"] = "PersistentVolume",
        ["pvc"] = "PersistentVolumeClaim",
        ["rc"] = "ReplicationController",
        ["rs"] = "ReplicaSet",
        ["sa"] = "ServiceAccount",
        ["sc"] = "StorageClass",
        ["sts"] = "StatefulSet",
        ["svc"] = "Service",
    };

    /// <summary>Whether it is the kind, its plural, or a short name of those that every cluster has; a group behind a point is not compared.</summary>
    public static bool Names(string name, string? kind)
    {
        var word = name.Split('.', 2)[0];
        word = Short.GetValueOrDefault(word, word);
        return kind is not null && (Is(kind) || Is(kind + "s") || Is(kind + "es") || (kind.EndsWith('y') && Is(kind[..^1] + "ies")));

        bool Is(string other) => string.Equals(word, other, StringComparison.OrdinalIgnoreCase);
    }
}
