using EventRecording.Tests.Support;

namespace EventRecording.Tests.Architecture;

/// <summary>The floors as ARCHITECTURE.md draws them, the top one first; rooms in one line are on one floor.</summary>
internal static class FloorPlan
{
    private const string Heading = "## Floors";

    /// <summary>For each project its floors, each a list of rooms.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string[]>> Read()
    {
        var plan = new Dictionary<string, IReadOnlyList<string[]>>();
        var floors = new List<string[]>();
        var lines = File.ReadLines(Repository.PathOf("ARCHITECTURE.md")).SkipWhile(line => line != Heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        foreach (var words in lines.Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (words[0].StartsWith("src/", StringComparison.Ordinal))
                plan.Add(words[0]["src/".Length..], floors = []);
            else
                floors.Add(words);
        }

        return plan;
    }
}
