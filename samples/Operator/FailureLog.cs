using EventRecording;

namespace Operator;

/// <summary>Says on stderr what did not reach the cluster, and why.</summary>
internal sealed class FailureLog : IEventObserver
{
    public void Failed(EventFailure failure) =>
        Console.Error.WriteLine($"{failure.Kind}: {failure.Occurrence?.Reason} (x{failure.Count}): {failure.Error.Message}");

    public void Noticed(string notice) => Console.Error.WriteLine(notice);
}
