namespace EventRecording.PowerShell;

/// <summary>The recorders that were made and not disposed.</summary>
internal sealed class RecorderSet
{
    private readonly object _lock = new();
    private readonly List<KubeEventRecorder> _recorders = [];

    public void Add(KubeEventRecorder recorder)
    {
        lock (_lock)
            _recorders.Add(recorder);
    }

    public void Remove(KubeEventRecorder recorder)
    {
        lock (_lock)
            _recorders.Remove(recorder);
    }

    /// <summary>Those that are there now.</summary>
    public IReadOnlyList<KubeEventRecorder> All()
    {
        lock (_lock)
            return [.. _recorders];
    }
}
