namespace EventRecording.Tests.Support;

/// <summary>Keeps what was reported; <see cref="Progress{T}"/> would report later, on another thread.</summary>
internal sealed class CollectedProgress<T> : IProgress<T>
{
    private readonly List<T> _values = [];

    public IReadOnlyList<T> Values
    {
        get
        {
            lock (_values)
                return [.. _values];
        }
    }

    public void Report(T value)
    {
        lock (_values)
            _values.Add(value);
    }
}
