namespace EventRecording.Benchmarks;

/// <summary><c>goals [KUBECONFIG] [PART…]</c>: a row for each goal; all parts by default.</summary>
internal static class AllGoals
{
    private static readonly (string Name, Func<string?, Task> PrintAsync)[] Parts =
    [
        ("first", FirstCommandGoals.PrintAsync),
        ("loop", LoopGoals.PrintAsync),
        ("server", ServerGoals.PrintAsync),
        ("writing", kubeconfig => Task.Run(() => WritingGoals.PrintCost(kubeconfig))),
        ("at-a-time", _ => Task.Run(WritingGoals.PrintConcurrency)),
        ("reading", _ => Task.Run(ReadingGoals.Print)),
        ("server-reading", ServerReadingGoals.PrintAsync),
    ];

    public static async Task PrintAsync(IReadOnlyList<string> arguments)
    {
        var kubeconfig = arguments.FirstOrDefault(File.Exists);
        var chosen = arguments.Where(argument => argument != kubeconfig).ToList();
        if (chosen.Except(Parts.Select(part => part.Name)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"{unknown} is neither a kubeconfig nor one of: {string.Join(", ", Parts.Select(part => part.Name))}");
        Console.WriteLine(Goal.Header);
        foreach (var part in Parts.Where(part => chosen.Count == 0 || chosen.Contains(part.Name)))
            await PrintAsync(part.Name, part.PrintAsync(kubeconfig));
    }

    // The parts after one that failed are measured all the same.
    private static async Task PrintAsync(string name, Task part)
    {
        try
        {
            await part;
        }
#pragma warning disable CA1031
        catch (Exception error)
#pragma warning restore CA1031
        {
            Console.WriteLine($"| the rest of `{name}` | | | not measured: it failed |");
            Console.Error.WriteLine(error);
            Environment.ExitCode = 1;
        }
    }
}
