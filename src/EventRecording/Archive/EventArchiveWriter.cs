using System.Buffers;

namespace EventRecording;

/// <summary>Keeps events in files: JSON lines, each the event as the API has it; what <c>Export-KubeEvent</c> does.</summary>
/// <remarks>
/// A path that ends in <c>.gz</c> is compressed (RFC 1952, several members). An event that is in the files already, by uid and
/// resourceVersion, is not written again, so that a writer that was killed goes on where it stood.
/// What was appended survives the process at once, and a power cut after a second at most. <c>managedFields</c> are not kept.
/// Safe for several threads; one writer for a file at a time.
/// </remarks>
public sealed class EventArchiveWriter : IDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly WrittenEvents _written = new();
    private readonly EventArchiveOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _flush;
    private readonly ArchiveName _name;
    private ArchiveFile? _file;
    private DateTimeOffset _begin;
    private bool _flushes;
    private bool _isDisposed;
    private Exception? _failure;

    /// <summary>Opens the file, and reads what is in it and in those before it.</summary>
    /// <param name="path">A file, or a folder: one that is there, or a path that ends in a separator; it is made if it is not there.</param>
    /// <param name="options">How; default: one file for ever.</param>
    /// <param name="time">Clock and timers; default: the system's.</param>
    /// <exception cref="EventArchiveException">The file holds something else, or cannot be written.</exception>
    public EventArchiveWriter(string path, EventArchiveOptions? options = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _options = options ?? new EventArchiveOptions();
        if (_options is { KeepFor: not null, RollEvery: null })
            throw new ArgumentException("A file that never ends cannot be deleted: KeepFor needs RollEvery.", nameof(options));
        _time = time ?? TimeProvider.System;
        _name = new ArchiveName(path, _options.RollEvery);
        _flush = _time.CreateTimer(_ => FlushInTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            Try(_name.Folder, () =>
            {
                Directory.CreateDirectory(_name.Folder);
                Begin();
                foreach (var (_, before) in _name.Files().Where(it => it.Begin < _begin).TakeLast(1))
                    MakeWhole(before);
                ReadWritten();
            });
        }
        catch
        {
            // Nobody else has this writer, and its lock would stay.
            _flush.Dispose();
            Abandon();
            throw;
        }
    }

    /// <summary>The file that is written to now.</summary>
    public string File { get; private set; } = "";

    /// <summary>Appends an event.</summary>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="ArgumentException">It is a <see cref="ConditionTransition"/>, which no server has.</exception>
    /// <exception cref="EventArchiveException">It cannot be written, because the disk is full for example; what was written stays.</exception>
    /// <exception cref="ObjectDisposedException">The writer was disposed.</exception>
    public bool Append(KubeEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item is ConditionTransition)
            throw new ArgumentException("The transition of a condition is no event, and is not kept as one.", nameof(item));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ThrowWhatFailed();
            if (!_written.Add(item))
                return false;
            _line.ResetWrittenCount();
            EventLine.Write(_line, item);
            try
            {
                Try(File, WriteLine);
            }
            catch
            {
                _written.Remove(item);
                Abandon();
                throw;
            }

            return true;
        }
    }

    /// <summary>Waits until all that was appended is on the disk.</summary>
    /// <exception cref="EventArchiveException">It cannot be written, or could not since the last call.</exception>
    public void Flush()
    {
        lock (_lock)
        {
            _flushes = false;
            ThrowWhatFailed();
            Try(File, () => _file?.Flush());
        }
    }

    /// <summary>Flushes, and closes the file.</summary>
    /// <exception cref="EventArchiveException">Something could not be written, or could not since the last call. The file is closed all the same.</exception>
    public void Dispose()
    {
        _flush.Dispose();
        lock (_lock)
        {
            _isDisposed = true;
            Try(File, Close);
            ThrowWhatFailed();
        }
    }

    private void WriteLine()
    {
        if (_file is null || _name.Begin(_time.GetUtcNow()) > _begin)
        {
            Close();
            Begin();
        }

        _file!.Append(_line.WrittenSpan);
        if (_flushes)
            return;
        _flushes = true;
        _flush.Change(FlushEvery, Timeout.InfiniteTimeSpan);
    }

    private void Begin()
    {
        _begin = _name.Begin(_time.GetUtcNow());
        File = _name.File(_begin);
        _file = ArchiveFile.Open(File, _name.IsCompressed);
        if (_options is { KeepFor: { } keepFor, RollEvery: { } period })
            DeleteOld(_time.GetUtcNow() - keepFor, period);
    }

    // A file may have been rolled more slowly than now: then its last write says more than its name.
    private void DeleteOld(DateTimeOffset instant, TimeSpan period)
    {
        foreach (var (begin, file) in _name.Files())
        {
            if (begin < instant - period && System.IO.File.GetLastWriteTimeUtc(file) < instant)
                TryDelete(file);
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            System.IO.File.Delete(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // On Windows somebody has it open, or made it read-only: no reason to keep no events. It is deleted when the next file begins.
        }
    }

    // A process that was killed may have left it torn.
    private void MakeWhole(string before)
    {
        try
        {
            ArchiveFile.Open(before, _name.IsCompressed).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is as good as it was; whoever reads it is told.
        }
    }

    private void ReadWritten()
    {
        var reader = new EventArchiveReader { Problem = RequireRead };
        foreach (var item in reader.Read(_name.Files().Select(it => it.File)))
            _written.Add(item);
    }

    // A damaged line is no reason to stop; a file that cannot be read would be written twice.
    private static void RequireRead(ArchiveProblem problem)
    {
        if (problem.Line == 0)
            throw new EventArchiveException($"What was written before cannot be read: {problem}");
    }

    private void Close()
    {
        var file = _file;
        _file = null;
        if (file is null)
            return;
        using (file)
            file.Flush();
    }

    // Nobody waits for it; the next call tells.
    private void FlushInTime()
    {
        try
        {
            Flush();
        }
        catch (EventArchiveException e)
        {
            lock (_lock)
            {
                _failure = e.InnerException;
                Abandon();
            }
        }
    }

    private void ThrowWhatFailed()
    {
        if (_failure is not { } failure)
            return;
        _failure = null;
        throw Error(File, failure);
    }

    // The next event opens the file again, which makes it whole.
    private void Abandon()
    {
        var file = _file;
        _file = null;
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
            // Why it could not be written is said already.
        }
    }

    // .NET says of a file that is too large for its system or its quota that an argument is out of range.
    private static void Try(string path, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is (IOException and not EventArchiveException) or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw Error(path, e);
        }
    }

    private static EventArchiveException Error(string path, Exception error) =>
        new($"Events cannot be kept in {path}: {error.Message} What was written before is whole.", error);
}
