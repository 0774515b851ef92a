namespace EventRecording.PowerShell;

/// <summary>The ids of all errors; scripts compare them, so they never change.</summary>
internal static class ErrorId
{
    /// <summary>No cluster is configured, or its configuration cannot be used.</summary>
    public const string ClusterNotConfigured = nameof(ClusterNotConfigured);

    /// <summary>No connection to the API server.</summary>
    public const string ClusterUnreachable = nameof(ClusterUnreachable);

    /// <summary>The API server was reached, but no usable answer came.</summary>
    public const string ClusterAnswerLost = nameof(ClusterAnswerLost);

    /// <summary>The user's kuberc does not allow the exec plugin of the kubeconfig.</summary>
    public const string CredentialPluginRefused = nameof(CredentialPluginRefused);

    /// <summary>The API server does not know who asks.</summary>
    public const string NotAuthenticated = nameof(NotAuthenticated);

    /// <summary>The role lacks a right.</summary>
    public const string AccessDenied = nameof(AccessDenied);

    /// <summary>The API server refused a request for another reason.</summary>
    public const string RequestRefused = nameof(RequestRefused);

    /// <summary>The server has no resource of that kind.</summary>
    public const string ResourceNotFound = nameof(ResourceNotFound);

    /// <summary>The object that was named is not there.</summary>
    public const string ObjectNotFound = nameof(ObjectNotFound);

    /// <summary>An event cannot refer to the object that was given.</summary>
    public const string ObjectNotReferable = nameof(ObjectNotReferable);

    /// <summary>A value that was given makes no sense.</summary>
    public const string ArgumentNotValid = nameof(ArgumentNotValid);

    /// <summary>The event was not written before the timeout.</summary>
    public const string EventNotWritten = nameof(EventNotWritten);

    /// <summary>The event was sent, and nobody knows what became of it.</summary>
    public const string EventOutcomeUnknown = nameof(EventOutcomeUnknown);

    /// <summary>An event came that means failure to <c>Wait-KubeEvent</c>.</summary>
    public const string EventFailed = nameof(EventFailed);

    /// <summary>The event that <c>Wait-KubeEvent</c> waits for did not come in time.</summary>
    public const string WaitTimedOut = nameof(WaitTimedOut);

    /// <summary>A file, or a line of it, holds no event that can be read.</summary>
    public const string EventNotRead = nameof(EventNotRead);

    /// <summary>A file could not be written.</summary>
    public const string FileNotWritten = nameof(FileNotWritten);

    /// <summary>A sandbox is the current cluster already.</summary>
    public const string SandboxRunning = nameof(SandboxRunning);

    /// <summary>A sandbox was stopped, and what was pending could not be written to it: another program took its port in an outage.</summary>
    public const string SandboxPortTaken = nameof(SandboxPortTaken);

    /// <summary>Events that were handed over were not yet written when <c>Sync-KubeEvent</c> ran out of time.</summary>
    public const string SyncTimedOut = nameof(SyncTimedOut);

    /// <summary>A watch ran out of time before it had seen as many events as were asked for.</summary>
    public const string WatchTimedOut = nameof(WatchTimedOut);
}
