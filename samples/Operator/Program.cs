using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Operator;

var builder = Host.CreateApplicationBuilder(args);
// Records in the cluster of KUBECONFIG, ~/.kube/config, or the pod; options may stand in appsettings.json; failures go to the log.
builder.Services.AddEventRecorder("redis-operator");
builder.Services.AddSingleton<RedisOperator>();
builder.Services.AddHostedService<ReconcileLoop>();
// When the host stops (SIGTERM, Ctrl+C), it writes the events that are pending.
await builder.Build().RunAsync();
