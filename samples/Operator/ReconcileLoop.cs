using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Operator;

/// <summary>Reconciles every 5 seconds, or once with <c>--once true</c>.</summary>
internal sealed class ReconcileLoop(RedisOperator redisOperator, IConfiguration configuration, IHostApplicationLifetime host) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), TimeProvider.System);
        do
            await redisOperator.ReconcileAllAsync(stoppingToken);
        while (!configuration.GetValue<bool>("once") && await timer.WaitForNextTickAsync(stoppingToken));
        host.StopApplication();
    }
}
