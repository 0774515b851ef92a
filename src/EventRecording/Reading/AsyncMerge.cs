using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EventRecording;

/// <summary>Makes one stream of several, which ends with the first of them that fails, or with the last.</summary>
internal static class AsyncMerge
{
    public static async IAsyncEnumerable<T> Merge<T>(
        IReadOnlyList<IAsyncEnumerable<T>> sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var items = Channel.CreateBounded<T>(1);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pumps = PumpAllAsync(sources, items.Writer, cancellation.Token);
        try
        {
            await foreach (var item in items.Reader.ReadAllAsync(cancellation.Token).ConfigureAwait(false))
                yield return item;
        }
        finally
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            await pumps.ConfigureAwait(false);
        }
    }

    private static async Task PumpAllAsync<T>(
        IReadOnlyList<IAsyncEnumerable<T>> sources, ChannelWriter<T> writer, CancellationToken cancellationToken)
    {
        await Task.WhenAll(sources.Select(source => PumpAsync(source, writer, cancellationToken))).ConfigureAwait(false);
        writer.TryComplete();
    }

    private static async Task PumpAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in source.WithCancellation(cancellationToken).ConfigureAwait(false))
                await writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Reaches whoever reads the merged stream; the other pumps are then cancelled.
            writer.TryComplete(e);
        }
    }
}
