using Microsoft.Extensions.Logging;

namespace EventRecording.Hosting;

/// <summary>Logs what did not reach the cluster, and why.</summary>
internal sealed partial class EventLog(ILogger logger) : IEventObserver
{
    private readonly ILogger _logger = logger;

    public void Failed(EventFailure failure) => LogFailure(
        failure.Kind,
        failure.Count,
        SafeText.OneLine(failure.Occurrence?.Type),
        SafeText.OneLine(failure.Occurrence?.Reason),
        Text(failure.Occurrence?.Regarding),
        SafeText.OneLine(failure.Source.Component),
        SafeText.OneLine(failure.Error.Message));

    public void Retrying(EventRetry retry) =>
        LogRetry(SafeText.OneLine(retry.Occurrence.Reason), Text(retry.Occurrence.Regarding), retry.Delay, SafeText.OneLine(retry.Error.Message));

    public void Warned(string warning) => LogWarning(SafeText.OneLine(warning));

    public void Noticed(string notice) => LogNotice(SafeText.OneLine(notice));

    public void LostAtExit(long count) => LogLost(count);

    public void PluginSaid(string line) => LogPlugin(SafeText.OneLine(line));

    private static string Text(ObjectReference? regarding) =>
        string.IsNullOrEmpty(regarding?.Kind) && string.IsNullOrEmpty(regarding?.Name) ? "an object that cannot be read" : regarding!.ToString();

    [LoggerMessage(1, LogLevel.Warning, "{Kind}: {Count} x {Type} {Reason} on {Object} by {Component}: {Error}")]
    private partial void LogFailure(EventFailureKind kind, int count, string type, string reason, string @object, string component, string error);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(6, LogLevel.Information, "{Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(3, LogLevel.Debug, "{Reason} on {Object} is tried again in {Delay}: {Error}")]
    private partial void LogRetry(string reason, string @object, TimeSpan delay, string error);

    [LoggerMessage(4, LogLevel.Information, "The credential plugin says: {Line}")]
    private partial void LogPlugin(string line);

    [LoggerMessage(5, LogLevel.Warning, "Events that were not written before the process ended: {Count}")]
    private partial void LogLost(long count);
}
