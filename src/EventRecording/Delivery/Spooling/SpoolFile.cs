namespace EventRecording;

/// <summary>A file of the spool under an exclusive lock: who has it may send what is in it.</summary>
internal sealed class SpoolFile(string path, FileStream stream) : IDisposable
{
    /// <summary>Far more than an event can hold; a larger file is none of ours.</summary>
    public const int LargestFile = 4 * 1024 * 1024;

    public SpoolState State { get; private set; }

    public static byte[] ToBytes(SpoolState state, SpoolEntry entry) => [.. state.ToBytes(), .. SpoolEntryJson.ToBytes(entry)];

    /// <exception cref="InvalidDataException">The file is damaged, or none of ours.</exception>
    public SpoolEntry Read(SpoolFileName name)
    {
        if (SpoolFileSystem.FileFault(path) is { } fault)
            throw new InvalidDataException(fault);
        if (!stream.CanSeek || stream.Length is < SpoolState.Length or > LargestFile)
            throw new InvalidDataException("its size is none of an entry");
        var bytes = new byte[stream.Length];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        State = SpoolState.TryParse(bytes.AsSpan(0, SpoolState.Length)) ?? throw new InvalidDataException("its first line is none of an entry");
        var entry = SpoolEntryJson.Read(bytes.AsMemory(SpoolState.Length));
        return entry.FileName(name.Scope) == name ? entry : throw new InvalidDataException("its name is not that of its entry");
    }

    /// <summary>Changes the state in place; the system's cache has it when this returns, so that it outlives this process.</summary>
    public void Write(SpoolState state)
    {
        RandomAccess.Write(stream.SafeFileHandle, state.ToBytes(), 0);
        State = state;
    }

    public void Delete() => File.Delete(path);

    public void Dispose() => stream.Dispose();
}
