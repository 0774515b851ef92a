using Microsoft.Extensions.Hosting;

namespace EventRecording.Hosting;

/// <summary>Writes what is pending when the host stops; what cannot be is in the spool and in the log before the host's shutdown timeout, at which a pod is killed.</summary>
internal sealed class EventFlush(EventBroadcaster broadcaster, BroadcasterSettings settings) : IHostedLifecycleService
{
    // As at the end of a process without a host: enough for a server that answers.
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(2);

    private readonly EventBroadcasterOptions _options = settings.Options;
    private long? _stopping;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = _options.TimeProvider.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not before all services have stopped, since they may record while they do. The disposal of the services then has nothing left to wait for.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var closing = broadcaster.CloseAsync(Left());
        using var timeout = cancellationToken.Register(() => _ = broadcaster.CloseAsync(AtLeast));
        await closing.ConfigureAwait(false);
    }

    private TimeSpan Left()
    {
        var taken = _stopping is { } stopping ? _options.TimeProvider.GetElapsedTime(stopping) : TimeSpan.Zero;
        var left = _options.DisposeDeadline - taken;
        return left > AtLeast ? left : AtLeast;
    }
}

/// <summary>The options of the broadcaster, put together from all that gives any.</summary>
internal sealed record BroadcasterSettings(EventBroadcasterOptions Options);
