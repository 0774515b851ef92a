namespace EventRecording;

/// <summary>Reads the objects of a file one after the other.</summary>
internal abstract class ItemReader : IDisposable
{
    /// <summary>The object that was read; the memory is used again for the next one.</summary>
    public ReadOnlyMemory<byte> Json { get; protected set; }

    /// <summary>Line at which it begins.</summary>
    public long Line { get; protected set; }

    /// <summary>Why the object cannot be read; it can be gone on behind it.</summary>
    public string? Problem { get; protected set; }

    /// <summary>Goes on to the next object; <see langword="false"/> at the end.</summary>
    /// <exception cref="InvalidDataException">Nothing from <see cref="Line"/> on can be read.</exception>
    public abstract bool Read();

    public abstract void Dispose();
}
