using System.Threading.Channels;

namespace EventRecording.PowerShell;

/// <summary>Brings what work on other threads has to say to the thread of the pipeline, the only one that may call PowerShell.</summary>
internal sealed class MessagePump
{
    // Work that is far ahead of the pipeline waits.
    private const int MostWaiting = 64;

    private readonly Channel<CmdletMessage> _messages;
    private readonly Action<CmdletMessage> _write;
    private readonly string? _context;
    private Task<bool>? _ready;

    /// <param name="write">Called on the thread of the pipeline, for each message in turn.</param>
    public MessagePump(Action<CmdletMessage> write)
    {
        _write = write;
        _messages = Channel.CreateBounded<CmdletMessage>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    }

    private MessagePump(MessagePump pump, string context) => (_write, _messages, _context) = (pump._write, pump._messages, context);

    /// <summary>The same for one of several contexts: its messages name it.</summary>
    public MessagePump In(string context) => new(this, context);

    /// <summary>Hands over a message, waiting while too many wait already.</summary>
    public ValueTask WriteAsync(CmdletMessage message, CancellationToken cancellationToken) => _messages.Writer.WriteAsync(Named(message), cancellationToken);

    /// <summary>Hands over a message without waiting, for rare ones.</summary>
    public void Post(CmdletMessage message)
    {
        message = Named(message);
        if (!_messages.Writer.TryWrite(message))
            _ = _messages.Writer.WriteAsync(message).AsTask();
    }

    /// <summary>Passes on what is there.</summary>
    public void Drain()
    {
        while (_messages.Reader.TryRead(out var message))
        {
            // Before: the pipeline may end by this very error.
            message.Told?.Invoke();
            _write(message);
        }
    }

    /// <summary>Passes on messages until the work is done, and the last of them then.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the work need not have ended.</exception>
    public void Run(Task work, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted)
        {
            Drain();
            _ready ??= _messages.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            Task.WaitAny([work, _ready], cancellationToken);
            if (_ready.IsCompleted)
                _ready = null;
        }

        Drain();
        work.GetAwaiter().GetResult();
    }

    private CmdletMessage Named(CmdletMessage message) => _context is null ? message : message.In(_context);
}

/// <summary>Passes on the results of work that runs at the same time, in the order in which it was begun.</summary>
internal sealed class OrderedResults
{
    // So many run at once at most: more than the broadcaster has requests in flight.
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
