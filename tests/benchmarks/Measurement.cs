using System.Diagnostics;
using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What one run of a scenario came to.</summary>
internal sealed record Measurement(long Operations, TimeSpan Elapsed, TimeSpan Processor, long AllocatedBytes)
{
    public double PerSecond => Operations / Elapsed.TotalSeconds;

    /// <summary>Operations in a second of processor time: what one core does that nobody else uses.</summary>
    public double PerProcessorSecond => Operations / Processor.TotalSeconds;

    public double BytesEach => (double)AllocatedBytes / Operations;

    /// <summary>Runs something once and measures it; collects first, so that nobody else's garbage is counted.</summary>
    public static async Task<Measurement> OfAsync(long operations, Func<Task> run)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        await run();
        clock.Stop();
        return new Measurement(operations, clock.Elapsed, Process.GetCurrentProcess().TotalProcessorTime - processor, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    /// <summary>The run with the median speed of several, after one that is not counted.</summary>
    public static async Task<Measurement> MedianAsync(int runs, Func<Task<Measurement>> measure)
    {
        await measure();
        var all = new List<Measurement>();
        for (var i = 0; i < runs; i++)
            all.Add(await measure());
        return all.OrderBy(measurement => measurement.PerProcessorSecond).ElementAt(runs / 2);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:N0}/s, {PerProcessorSecond:N0}/s of processor time, {BytesEach:N0} bytes each");
}
