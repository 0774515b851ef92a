using System.Globalization;

namespace EventRecording.Benchmarks;

/// <summary>What a write costs over posting the same body, and how well the number of writes at a time is found. Each run is a process of its own; they take turns.</summary>
internal static class WritingGoals
{
    /// <summary>Processor time of the recorder to that of HttpClient, which posts 32 at a time.</summary>
    /// <param name="kubeconfig">A server to measure against; by default a sandbox behind TLS and HTTP/2.</param>
    public static void PrintCost(string? kubeconfig)
    {
        using var server = ServerProcess.UnlessGiven(ref kubeconfig);
        WriteRun.Of("bare", 5_000, kubeconfig, 32);
        PrintCost(kubeconfig, 5_000, 11);
        PrintCost(kubeconfig, 40_000, 5);
    }

    /// <summary>Servers that are quick, slow, or unusual, and one that says 429: the number that is found against the best one that is fixed.</summary>
    public static void PrintConcurrency()
    {
        PrintConcurrency("answers after 5 ms", 5, ServerKind.Usual, 20_000);
        PrintConcurrency("answers after 200 ms", 200, ServerKind.Usual, 8_000);
        PrintConcurrency("speaks HTTP/1.1 only", 5, ServerKind.Http1, 20_000);
        PrintConcurrency("closes each connection after an answer", 5, ServerKind.Closing, 4_000);
        PrintConcurrency("takes one request at a time on a connection", 5, ServerKind.OneStream, 20_000);
        PrintConcurrency("answers at once and after 1 s in turn", 1_000, ServerKind.InTurn, 4_000);
        using var busy = ServerProcess.ForWrites(20, most: 40);
        var run = WriteRun.Of("recorder", 5_000, busy.Kubeconfig);
        Console.WriteLine(new Goal("A server that says 429 to more than 40 at a time: requests for each event written", 1.1).Row(run.RequestsEach, "none lost"));
    }

    private static void PrintCost(string kubeconfig, int count, int rounds)
    {
        var pairs = Enumerable.Range(0, rounds).Select(_ => (Bare: WriteRun.Of("bare", count, kubeconfig, 32), Ours: WriteRun.Of("recorder", count, kubeconfig))).ToList();
        var (bare, ours) = (Goal.Median(pairs.Select(it => it.Bare.Microseconds)), Goal.Median(pairs.Select(it => it.Ours.Microseconds)));
        Console.WriteLine(new Goal(string.Create(CultureInfo.InvariantCulture, $"{count:N0} events: processor time to bare HttpClient"), 1.25).Row(
            Goal.Median(pairs.Select(it => it.Ours.Microseconds / it.Bare.Microseconds)),
            string.Create(CultureInfo.InvariantCulture, $"{ours:F0} µs an event to {bare:F0}; rate {Goal.Median(pairs.Select(it => it.Ours.PerSecond / it.Bare.PerSecond)):F2} times")));
    }

    private static void PrintConcurrency(string what, int milliseconds, ServerKind kind, int count)
    {
        using var server = ServerProcess.ForWrites(milliseconds, kind);
        int[] numbers = [4, 8, 16, 32, 64, 128];
        // As many events as make runs of about the same length; the last run is that of the number that is found.
        var runs = numbers.Select(number => (Number: number, Count: count * number / numbers[^1])).Append((Number: 0, Count: count)).ToList();
        var tried = Enumerable.Range(0, 3).SelectMany(_ => runs)
            .Select(it => (it.Number, WriteRun.Of("recorder", it.Count, server.Kubeconfig, it.Number).PerSecond))
            .ToLookup(it => it.Number, it => it.PerSecond);
        var best = numbers.MaxBy(number => Goal.Median(tried[number]));
        Console.WriteLine(new Goal($"A server that {what}: rate to the best fixed number at a time", 0.9, IsAtMost: false).Row(
            Goal.Median(tried[0]) / Goal.Median(tried[best]),
            string.Create(CultureInfo.InvariantCulture, $"{Goal.Median(tried[0]):N0} a second; fixed: {string.Join(", ", numbers.Select(number => $"{number}: {Goal.Median(tried[number]):F0}"))}")));
    }
}
