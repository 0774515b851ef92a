namespace EventRecording.PowerShell;

/// <summary>An event out of several namespaces; the same event, but its table begins with the namespace.</summary>
public sealed record NamespacedKubeEvent : KubeEvent
{
    private NamespacedKubeEvent(KubeEvent shown)
        : base(shown)
    {
    }

    /// <inheritdoc/>
    // A record of its own would get a text of its own.
    public override string ToString() => base.ToString();

    internal static KubeEvent Of(KubeEvent shown) => new NamespacedKubeEvent(shown);
}
