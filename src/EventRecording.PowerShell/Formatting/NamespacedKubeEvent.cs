namespace EventRecording.PowerShell;

/// <summary>An event out of several namespaces; the same event, but its table begins with the namespace.</summary>
public sealed record NamespacedKubeEvent : KubeEvent
{
    private NamespacedKubeEvent(KubeEvent shown)
        : base(shown)
    {
    }

    internal static KubeEvent Of(KubeEvent shown) => new NamespacedKubeEvent(shown);
}
