using System.Globalization;
using EventRecording.Benchmarks;
using EventRecording.Cluster;

// One argument chooses a part: recorder, server, faults, reading, encodings, watch, bounded, keeping, goals (all that must stay fast). Without any, the first three; the others want the machine for themselves.
var part = args.FirstOrDefault();

// What parts start as programs of their own.
switch (args)
{
    case ["faults", var day, var way]:
        await FaultBenchmarks.RunAsync(int.Parse(day, CultureInfo.InvariantCulture), int.Parse(way, CultureInfo.InvariantCulture));
        return;
    case ["serve", var events, var milliseconds]:
        await EventServer.RunAsync(int.Parse(events, CultureInfo.InvariantCulture), TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture)));
        return;
    case ["serve-writes", var milliseconds, var most, var kind]:
        await new WriteServer(TimeSpan.FromMilliseconds(double.Parse(milliseconds, CultureInfo.InvariantCulture)), int.Parse(most, CultureInfo.InvariantCulture), Enum.Parse<ServerKind>(kind)).RunAsync();
        return;
    case ["write", var client, var count, var kubeconfig, var atATime]:
        await WriteClients.RunAsync(client, int.Parse(count, CultureInfo.InvariantCulture), KubeConfigLoader.Load(kubeconfig), int.Parse(atATime, CultureInfo.InvariantCulture));
        return;
}

if (part == "goals")
    await AllGoals.PrintAsync(args[1..]);

if (part is null or "recorder")
{
    Console.WriteLine("The recorder alone, a sink that answers at once, median of 5 runs (pin it to one core: taskset -c 0):");
    Console.WriteLine($"  Event, repeated:            {await Measurement.MedianAsync(5, RecorderBenchmarks.RepeatedEventAsync)}");
    Console.WriteLine($"  Eventf, repeated:           {await Measurement.MedianAsync(5, RecorderBenchmarks.RepeatedEventfAsync)}");
    Console.WriteLine($"  Event, distinct objects:    {await Measurement.MedianAsync(5, RecorderBenchmarks.DistinctObjectsAsync)}");
}

if (part is null or "server")
{
    Console.WriteLine("Against a sandbox over HTTP on the loopback address:");
    Console.WriteLine($"  10,000 identical occurrences: {await ServerBenchmarks.BurstAsync(10_000)}");

    const int count = 5_000;
    var (recorder, loop) = (await ServerBenchmarks.RecorderAsync(count), await ServerBenchmarks.OneAfterTheOtherAsync(count));
    var ratio = recorder.PerSecond / loop.PerSecond;
    Console.WriteLine($"  5,000 distinct objects, 5 ms for each answer: recorder {recorder.PerSecond:N0}/s, one after the other {loop.PerSecond:N0}/s, "
        + string.Create(CultureInfo.InvariantCulture, $"ratio {ratio:F1}"));
}

if (part is null or "faults")
    await FaultBenchmarks.PrintAsync();

if (part == "reading")
    ListBenchmarks.Run([1_000, 8_000, 10_000, 80_000]);

if (part == "watch")
{
    Console.WriteLine("A watch over HTTP on the loopback address, the server in the same process:");
    Console.WriteLine($"  {await new WatchBenchmark(5_000, TimeSpan.FromSeconds(30)).RunAsync()}");
}

if (part == "bounded")
{
    Console.WriteLine("5,000,000 occurrences over 100,000 series against a server that hangs, and then answers:");
    await new BoundedBenchmark(series: 100_000, each: 50).RunAsync();
}

if (part == "keeping")
    await KeepingBenchmarks.RunAsync(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000);
