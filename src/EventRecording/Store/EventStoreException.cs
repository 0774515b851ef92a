namespace EventRecording;

/// <summary>No usable answer came from where events are kept: no connection, no credential, no answer in time, an answer that cannot be read.</summary>
/// <remarks>What a sink or a source throws where there is no <see cref="KubernetesStatus"/>. An answer that is no success is a <see cref="KubernetesApiException"/>.</remarks>
public class EventStoreException : Exception
{
    /// <summary>No usable answer came.</summary>
    public EventStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Nothing of the request left this machine, so it was certainly not applied: a write is then <i>failed</i> and never <i>unknown</i>, and a spool sends it later whatever its age.</summary>
    /// <value>Default: <see langword="false"/>, it may have been applied.</value>
    public bool WasNotSent { get; init; }

    /// <summary>A later try may succeed.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool IsTransient { get; init; } = true;
}
