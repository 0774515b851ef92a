using System.Globalization;
using System.Text.Json;

namespace EventRecording.Benchmarks;

/// <summary>Events in files: what it costs to read them, compared with tokenising the same bytes, and to write them.</summary>
internal static class KeepingBenchmarks
{
    private const int Runs = 5;
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>In turns, so that what else the machine does meets all of them alike.</summary>
    public static async Task RunAsync(int events)
    {
        var folder = Directory.CreateTempSubdirectory("keeping-");
        try
        {
            foreach (var steps in new[] { 1, 4 })
            {
                var file = Path.Combine(folder.FullName, $"{steps}.ndjson");
                Console.WriteLine($"{events:N0} lines, {events / steps:N0} events:");
                Console.WriteLine($"  write:                 {await Measurement.OfAsync(events, () => Task.Run(() => Write(file, events, steps)))}");
                await ReadAsync(file, events);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task ReadAsync(string file, int events)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  bytes a line:          {new FileInfo(file).Length / events}"));
        (string Name, Func<long> Run)[] ways =
        [
            ("tokenise (the floor)", () => Tokenise(file)),
            ("all steps", () => new EventArchiveReader().Read([file]).LongCount()),
            ("the latest of each", () => Latest(file)),
        ];
        var results = ways.Select(_ => new List<Measurement>()).ToArray();
        for (var run = 0; run <= Runs; run++)
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var way = ways[i].Run;
                var result = await Measurement.OfAsync(events, () => Task.Run(way));
                if (run > 0)
                    results[i].Add(result);
            }
        }

        var medians = results.Select(all => all.OrderBy(it => it.PerProcessorSecond).ElementAt(Runs / 2)).ToArray();
        for (var i = 0; i < ways.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {ways[i].Name + ":",-22} {medians[i]}, {medians[0].PerProcessorSecond / medians[i].PerProcessorSecond:F2} of the floor"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  kept between the passes: {Kept(file) / 1048576.0:F0} MiB"));
    }

    private static long Kept(string file)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var contents = new EventArchiveReader().Scan([file]);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(contents);
        return kept;
    }

    private static long Tokenise(string file)
    {
        using var lines = new LineReader(new FileStream(file, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan }));
        long tokens = 0;
        while (lines.Read())
        {
            var reader = JsonStreamBuffer.CreateReader(lines.Json.Span);
            while (reader.Read())
                tokens++;
        }

        return tokens;
    }

    private static long Latest(string file)
    {
        var reader = new EventArchiveReader();
        return reader.Read([file], contents: reader.Scan([file])).LongCount();
    }

    private static void Write(string file, int events, int steps)
    {
        using var writer = new EventArchiveWriter(file);
        for (var i = 0; i < events; i++)
            writer.Append(Event(i, i % (events / steps)));
    }

    // As a kubelet writes them.
    private static KubeEvent Event(int version, int number)
    {
        var pod = string.Create(CultureInfo.InvariantCulture, $"web-6d4cf56db6-{number % 5000:x5}");
        var at = Noon.AddSeconds(number % 86_400);
        return new KubeEvent
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{pod}.{number:x16}"),
            Namespace = $"shop-{number % 40}",
            Uid = new Guid(number, 7, 7, [1, 2, 3, 4, 5, 6, 7, 8]).ToString(),
            ResourceVersion = (1_000_000L + version).ToString(CultureInfo.InvariantCulture),
            CreationTimestamp = at,
            InvolvedObject = new ObjectReference
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Namespace = $"shop-{number % 40}",
                Name = pod,
                Uid = new Guid(number % 5000, 8, 8, [1, 2, 3, 4, 5, 6, 7, 8]).ToString(),
                ResourceVersion = "998877",
                FieldPath = "spec.containers{web}",
            },
            Type = number % 10 == 0 ? EventType.Warning : EventType.Normal,
            Reason = number % 10 == 0 ? "BackOff" : "Pulled",
            Message = $"Container image \"registry.example.com/shop/web:{number % 300}\" already present on machine",
            SourceComponent = "kubelet",
            SourceHost = $"node-{number % 200}",
            ReportingController = "kubelet",
            ReportingInstance = $"node-{number % 200}",
            FirstTimestamp = at,
            LastTimestamp = at.AddSeconds(version % 600),
            CoreCount = 1 + (version % 9),
        };
    }
}
