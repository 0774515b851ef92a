using System.Threading.Channels;

namespace EventRecording.PowerShell;

/// <summary>Passes on the results of work that runs at the same time, in the order in which it was begun.</summary>
internal sealed class OrderedResults
{
    // So many run at once at most; the broadcaster has room for 32 requests in flight.
    internal const int MostAtOnce = 256;

    private readonly Channel<Task<CmdletMessage>> _begun =
        Channel.CreateBounded<Task<CmdletMessage>>(new BoundedChannelOptions(MostAtOnce) { SingleReader = true, SingleWriter = true });

    private readonly CancellationToken _cancellation;
    private readonly Task _passing;

    public OrderedResults(MessagePump output, CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        _passing = Task.Run(() => PassOnAsync(output), cancellationToken);
    }

    /// <summary>Takes work that was begun, waiting while too much runs.</summary>
    public Task AddAsync(Task<CmdletMessage> work) => _begun.Writer.WriteAsync(work, _cancellation).AsTask();

    /// <summary>Waits for all that was begun.</summary>
    public Task CompleteAsync()
    {
        _begun.Writer.TryComplete();
        return _passing;
    }

    private async Task PassOnAsync(MessagePump output)
    {
        try
        {
            await foreach (var work in _begun.Reader.ReadAllAsync(_cancellation).ConfigureAwait(false))
                await output.WriteAsync(await work.ConfigureAwait(false), _cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nobody takes any more: whoever waits for room must not wait for ever.
            _begun.Writer.TryComplete(e);
            throw;
        }
    }
}
