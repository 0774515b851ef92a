using System.Collections.Concurrent;

namespace EventRecording.Sandbox;

/// <summary>Which requests came, for assertions.</summary>
internal sealed class RequestLog(int limit)
{
    private readonly ConcurrentDictionary<(string Verb, string Resource), int> _counts = new();
    private readonly Queue<SandboxRequest> _latest = [];

    public IReadOnlyList<SandboxRequest> Latest
    {
        get
        {
            lock (_latest)
                return [.. _latest];
        }
    }

    public void Add(SandboxRequest request)
    {
        _counts.AddOrUpdate((request.Verb, request.Resource), 1, (_, count) => count + 1);
        lock (_latest)
        {
            if (_latest.Count >= limit)
                _latest.TryDequeue(out _);
            if (limit > 0)
                _latest.Enqueue(request);
        }
    }

    public int Count(string? verb, string? resource) => _counts
        .Where(count => (verb is null || count.Key.Verb == verb) && (resource is null || count.Key.Resource == resource))
        .Sum(count => count.Value);

    public void Clear()
    {
        lock (_latest)
            _latest.Clear();
        _counts.Clear();
    }
}
