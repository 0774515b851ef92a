namespace EventRecording.Tests.Support;

/// <summary>Holds requests until a test lets them pass.</summary>
internal sealed class Gate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly List<(string Request, TaskCompletionSource Passed)> _waiting = [];
    private readonly List<(int Number, TaskCompletionSource Reached)> _awaited = [];
    private Func<string, bool> _isOpen = static _ => false;

    public IReadOnlyList<string> Waiting
    {
        get
        {
            lock (_lock)
                return [.. _waiting.Select(waiting => waiting.Request)];
        }
    }

    public Task PassAsync(string request)
    {
        lock (_lock)
        {
            if (_isOpen(request))
                return Task.CompletedTask;
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((request, passed));
            foreach (var (_, reached) in _awaited.Where(awaited => awaited.Number <= _waiting.Count))
                reached.TrySetResult();
            return passed.Task;
        }
    }

    /// <summary>Waits until so many requests are at the gate.</summary>
    public Task WaitForAsync(int number)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_waiting.Count >= number)
                return Task.CompletedTask;
            _awaited.Add((number, reached));
        }

        return reached.Task.WaitAsync(Patience);
    }

    /// <summary>Lets these requests pass, those to come too.</summary>
    public void Open(Func<string, bool> which)
    {
        List<TaskCompletionSource> passed;
        lock (_lock)
        {
            _isOpen = which;
            passed = [.. _waiting.Where(waiting => which(waiting.Request)).Select(waiting => waiting.Passed)];
            _waiting.RemoveAll(waiting => which(waiting.Request));
        }

        foreach (var one in passed)
            one.SetResult();
    }
}
