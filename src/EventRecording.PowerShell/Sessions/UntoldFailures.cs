namespace EventRecording.PowerShell;

/// <summary>Failures that nobody was told yet: the first thousand one by one, those beyond in one message with their number.</summary>
internal sealed class UntoldFailures
{
    internal const int MostOneByOne = 1_000;

    // One for all, since those of an ended runspace move to another one.
    private static readonly object Books = new();

    private readonly List<Untold> _failures = [];
    private Untold? _beyond;

    /// <summary>Occurrences did not reach the server, or not surely.</summary>
    public void Add(CmdletError error, long count)
    {
        lock (Books)
        {
            if (_beyond is null && _failures.Count < MostOneByOne)
                _failures.Add(new Untold(error, count));
            else
                AddBeyond(error with { Message = $"More than {MostOneByOne} writes failed; those after the first {MostOneByOne} are not told one by one. The first of them: {error.Message}" }, count);
        }
    }

    /// <summary>The occurrences, and their messages; each stays until its message was told.</summary>
    public (long Count, IReadOnlyList<ErrorMessage> Messages) All()
    {
        lock (Books)
        {
            Untold[] all = _beyond is null ? [.. _failures] : [.. _failures, _beyond];
            return (all.Sum(failure => failure.Count), [.. all.Select(Message)]);
        }
    }

    /// <summary>Those of another one are told here from now on.</summary>
    public void TakeOver(UntoldFailures other)
    {
        if (other == this)
            return;
        lock (Books)
        {
            foreach (var failure in other._failures)
                Add(failure.Error, failure.Count);
            if (other._beyond is { } beyond)
                AddBeyond(beyond.Error, beyond.Count);
            other._failures.Clear();
            other._beyond = null;
        }
    }

    private void AddBeyond(CmdletError error, long count)
    {
        _beyond ??= new Untold(error, 0);
        _beyond.Count += count;
    }

    private ErrorMessage Message(Untold failure)
    {
        var count = failure.Count;
        return new ErrorMessage(failure.Error) { Told = () => Forget(failure, count) };
    }

    private void Forget(Untold failure, long count)
    {
        lock (Books)
        {
            failure.Count -= count;
            if (failure.Count > 0)
                return;
            _failures.Remove(failure);
            if (_beyond == failure)
                _beyond = null;
        }
    }

    private sealed class Untold(CmdletError error, long count)
    {
        public CmdletError Error { get; } = error;

        public long Count { get; set; } = count;
    }
}
