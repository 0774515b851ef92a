using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EventRecording.Hosting;

/// <summary>Writes what is pending when the host stops; what cannot be is in the spool and in the log before the host's shutdown timeout, at which a pod is killed.</summary>
internal sealed class EventFlush(IServiceScopeFactory scopes, BroadcasterFactory factory, EventLog log) : IHostedLifecycleService
{
    // As at the end of a process without a host: enough for a server that answers.
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(2);

    private long? _stopping;

    // A host does not start with a recorder that cannot be made. A mock in its place needs neither options nor a cluster.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
            scope.ServiceProvider.GetService<IEventRecorder>();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = factory.Made?.Options.TimeProvider.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Not before all services have stopped, since they may record while they do. Who is told of the stop later, or disposed, may still record.
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (factory.Made is not { } broadcaster)
            return;
        // In real time, as the host's: the clock of the services may stand still.
        using var end = new CancellationTokenSource();
        using (cancellationToken.Register(() => end.CancelAfter(AtLeast)))
            await broadcaster.StopAsync(Left(broadcaster.Options), end.Token).ConfigureAwait(false);
        log.TellNumbers();
    }

    private TimeSpan Left(EventBroadcasterOptions options)
    {
        var taken = _stopping is { } stopping ? options.TimeProvider.GetElapsedTime(stopping) : TimeSpan.Zero;
        var left = options.DisposeDeadline - taken;
        return left > AtLeast ? left : AtLeast;
    }
}
