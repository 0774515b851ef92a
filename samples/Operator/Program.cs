using EventRecording;
using EventRecording.Cluster;
using Operator;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, interrupt) =>
{
    interrupt.Cancel = true;
    stop.Cancel();
};

// KUBECONFIG, ~/.kube/config, or the service account of the pod.
using var connection = new ClusterConnection(KubeConfigLoader.Load());
await using var broadcaster = new EventBroadcaster(new ClusterEventSink(connection), new EventBroadcasterOptions { Observers = [new FailureLog()] });
var redisOperator = new RedisOperator(connection, broadcaster.NewRecorder("redis-operator"));

try
{
    do
        await redisOperator.ReconcileAllAsync(stop.Token);
    while (args is not ["--once"] && await NextRoundAsync(stop.Token));
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // Ctrl+C: the broadcaster writes what is pending when it is disposed.
}

static async Task<bool> NextRoundAsync(CancellationToken cancellationToken)
{
    await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, cancellationToken);
    return true;
}
