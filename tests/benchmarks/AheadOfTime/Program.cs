using System.Globalization;
using EventRecording.Benchmarks;
using EventRecording.Cluster;

await WriteClients.RunAsync("recorder", int.Parse(args[0], CultureInfo.InvariantCulture), KubeConfigLoader.Load(args[1]), atATime: 0);
