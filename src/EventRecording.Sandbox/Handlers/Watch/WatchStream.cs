using System.Buffers;
using System.Runtime.CompilerServices;

namespace EventRecording.Sandbox;

/// <summary>The frames of one watch: what changes under a prefix and matches, until the time is over.</summary>
internal sealed class WatchStream(
    ListOptions options, string prefix, FrameWriter frames, TimeProvider time, TimeSpan timeout, TimeSpan? bookmarkInterval)
{
    /// <summary>Frames are sent together while they wait anyway, up to about this much.</summary>
    private const int BatchBytes = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    // A field and no parameter: the arguments of an iterator live as long as it does, and all changes since hang on a change.
    private Change? _last;

    /// <summary>A watch that is closed at once without a frame, as some servers do with a compacted version.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Nothing()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    /// <summary>A watch that ends with an ERROR frame, such as one from a compacted version.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Error(ApiException error)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        FrameWriter.WriteError(_buffer, error);
        yield return Take();
    }

    /// <summary>What is there, as if it were new, and then what follows.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> FollowWithInitial(Change start, bool bookmark)
    {
        _last = start;
        return FollowWithInitial(bookmark);
    }

    /// <summary>What follows a change, as far as it is newer than a version.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> Follow(Change start, long version)
    {
        _last = start;
        return Follow(version);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> FollowWithInitial(
        bool bookmark, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var version = _last!.Version;
        foreach (var stored in _last.After.Range(prefix).Where(options.Matches))
        {
            frames.Write(_buffer, "ADDED", stored);
            if (_buffer.WrittenCount >= BatchBytes)
                yield return Take();
        }
        if (bookmark && options.AllowBookmarks)
            frames.WriteBookmark(_buffer, version, initialEventsEnd: true);
        if (_buffer.WrittenCount > 0)
            yield return Take();
        await foreach (var batch in Follow(version, cancellationToken).ConfigureAwait(false))
            yield return batch;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> Follow(long version, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var end = new CancellationTokenSource(timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        var bookmarkDue = BookmarkDue(stop.Token);
        while (true)
        {
            while (_last!.Next is { } next && _buffer.WrittenCount < BatchBytes)
            {
                _last = next;
                if (next.Version > version)
                    Write(next);
            }
            if (bookmarkDue.IsCompletedSuccessfully)
            {
                frames.WriteBookmark(_buffer, _last.Version, initialEventsEnd: false);
                bookmarkDue = BookmarkDue(stop.Token);
            }
            if (_buffer.WrittenCount > 0)
                yield return Take();
            else if (!await Wait(_last, bookmarkDue, stop.Token).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield break;
            }
        }
    }

    private static async Task<bool> Wait(Change last, Task bookmarkDue, CancellationToken stop)
    {
        await Task.WhenAny(last.WaitForNextAsync(stop), bookmarkDue).ConfigureAwait(false);
        return !stop.IsCancellationRequested;
    }

    private Task BookmarkDue(CancellationToken stop) => Task.Delay(bookmarkInterval ?? Timeout.InfiniteTimeSpan, time, stop);

    private void Write(Change change)
    {
        var key = (change.Current ?? change.Previous)?.Key;
        if (key is null || !key.StartsWith(prefix, StringComparison.Ordinal))
            return;
        var (before, now) = (options.Matches(change.Previous), options.Matches(change.Current));
        if (now)
            frames.Write(_buffer, before ? "MODIFIED" : "ADDED", change.Current!);
        else if (before)
            frames.Write(_buffer, "DELETED", change.Gone!);
    }

    private ReadOnlyMemory<byte> Take()
    {
        var batch = _buffer.WrittenSpan.ToArray();
        _buffer.ResetWrittenCount();
        return batch;
    }
}
