using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EventRecording.PowerShell;

/// <summary>Reads from several clusters at the same time, as one stream. One that fails is an error that names it, and the others go on; a single one fails as it is.</summary>
internal sealed class ClusterFan(IReadOnlyList<ClusterSession> sessions, MessagePump output)
{
    private readonly ConcurrentDictionary<ClusterSession, bool> _failed = [];

    /// <summary>Those that have not failed.</summary>
    public IEnumerable<ClusterSession> Alive => sessions.Where(session => !_failed.ContainsKey(session));

    /// <summary>Where to say something of one of them.</summary>
    public MessagePump OutputOf(ClusterSession session) => session.OutputAmong(sessions, output);

    /// <param name="read">Reads one of them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<T> ReadAsync<T>(Func<ClusterSession, CancellationToken, IAsyncEnumerable<T>> read, CancellationToken cancellationToken) =>
        sessions is [var only] ? read(only, cancellationToken) : MergeAsync(read, cancellationToken);

    private async IAsyncEnumerable<T> MergeAsync<T>(Func<ClusterSession, CancellationToken, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = Channel.CreateBounded<T>(1);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAllAsync(read, items.Writer, end.Token);
        try
        {
            await foreach (var item in items.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return item;
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    private async Task ReadAllAsync<T>(Func<ClusterSession, CancellationToken, IAsyncEnumerable<T>> read, ChannelWriter<T> items, CancellationToken cancellationToken)
    {
        await Task.WhenAll(sessions.Select(session => Task.Run(() => ReadOneAsync(session, read, items, cancellationToken), CancellationToken.None))).ConfigureAwait(false);
        items.TryComplete();
    }

    private async Task ReadOneAsync<T>(ClusterSession session, Func<ClusterSession, CancellationToken, IAsyncEnumerable<T>> read, ChannelWriter<T> items, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in read(session, cancellationToken).ConfigureAwait(false))
                await items.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _failed[session] = true;
            if (ErrorMapper.Map(e) is { } error)
                OutputOf(session).Post(new ErrorMessage(error));
            else
                // A bug reaches whoever reads the stream.
                items.TryComplete(e);
        }
    }
}
