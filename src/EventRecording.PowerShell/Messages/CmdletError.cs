namespace EventRecording.PowerShell;

/// <summary>An error as a cmdlet reports it.</summary>
/// <param name="Id">One of <see cref="ErrorId"/>.</param>
/// <param name="Category">PowerShell's category.</param>
/// <param name="Message">What went wrong and what to do.</param>
/// <param name="Cause">The exception behind it.</param>
/// <param name="Target">The object that it is about.</param>
internal sealed record CmdletError(string Id, CmdletErrorCategory Category, string Message, Exception? Cause = null, object? Target = null);

/// <summary>The categories that occur here, by their names in PowerShell's <c>ErrorCategory</c>.</summary>
internal enum CmdletErrorCategory
{
    AuthenticationError,
    ConnectionError,
    InvalidArgument,
    InvalidData,
    LimitsExceeded,
    ObjectNotFound,
    OperationTimeout,
    PermissionDenied,
    ProtocolError,
    ResourceUnavailable,
    SecurityError,
    WriteError,
}
