namespace EventRecording.Tests.Support;

/// <summary>Files that are made from the code and committed, so that a change of what people see is seen in review.</summary>
internal static class ApprovedText
{
    private const string Variable = "EVENTRECORDING_APPROVE";
    private const string HowTo = $"If that is meant, approve it: dotnet test tests/EventRecording.Tests --filter Category=Approved -e {Variable}=1, look at git diff, and commit it.";

    public const string Category = "Approved";

    /// <param name="path">The file, from the root of the repository.</param>
    /// <param name="text">What it should hold, with line feeds.</param>
    public static void Check(string path, string text)
    {
        var file = Repository.PathOf(path);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 })
            File.WriteAllText(file, text);
        var approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        if (approved != text)
            Assert.Fail($"{path} is not what the code says; first difference:\n{FirstDifference(approved, text)}\n{HowTo}");
    }

    private static string FirstDifference(string approved, string text)
    {
        var (before, now) = (approved.Split('\n'), text.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(before.Length, now.Length)).First(i => before.ElementAtOrDefault(i) != now.ElementAtOrDefault(i));
        return $"line {line + 1}, approved: {before.ElementAtOrDefault(line)}\nline {line + 1}, now:      {now.ElementAtOrDefault(line)}";
    }
}
