using Microsoft.Extensions.Hosting;

namespace EventRecording.Hosting;

/// <summary>Writes what is pending when the host stops.</summary>
internal sealed class EventFlush(EventBroadcaster broadcaster) : IHostedLifecycleService
{
    // As at the end of a process without a host: enough for a server that answers.
    private static readonly TimeSpan AfterTheTimeout = TimeSpan.FromSeconds(2);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not before all services have stopped, since they may record while they do.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var grace = TimeSpan.Zero;
        try
        {
            await broadcaster.FlushAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Others may have used up the shutdown timeout, or somebody has disposed the broadcaster already.
            grace = AfterTheTimeout;
        }

        // Else the disposal of the services would begin to wait anew.
        await broadcaster.CloseAsync(grace).ConfigureAwait(false);
    }
}
