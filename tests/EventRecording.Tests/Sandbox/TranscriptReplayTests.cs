using System.IO.Enumeration;
using EventRecording.Tests.Sandbox.Replay;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

/// <summary>
/// The transcripts are the test of the sandbox: each step again, with the
/// same answer, but for what <see cref="Excuse"/> names.
/// </summary>
public sealed class TranscriptReplayTests
{
    [Fact]
    public async Task Every_step_of_every_transcript_comes_out_as_recorded_or_is_excused_by_the_list()
    {
        var unexcused = new List<string>();
        var used = new HashSet<(Excuse Excuse, string Pattern)>();
        var played = new HashSet<string>();
        foreach (var recording in Replay.Recording.All)
        {
            await foreach (var (step, differences) in recording.PlayAsync())
            {
                played.Add(step.Transcript);
                foreach (var difference in differences)
                {
                    var excuses = ExcusesFor(step, difference).ToArray();
                    used.UnionWith(excuses);
                    if (excuses.Length == 0)
                        unexcused.Add($"{step.Name} ({step.Method} {step.Path}): {difference}: {difference.Detail}");
                }
            }
        }
        Assert.True(unexcused.Count == 0, string.Join("\n", unexcused));
        Assert.Equal(Transcript.All.Select(transcript => $"{transcript.Version}/{transcript.Scenario}").Order(), played.Order());
        var idle =
            from excuse in Excuse.All
            from pattern in excuse.Differences
            where !used.Contains((excuse, pattern))
            select $"{excuse.Reason}: {pattern} excuses nothing";
        Assert.Empty(idle);
    }

    private static IEnumerable<(Excuse Excuse, string Pattern)> ExcusesFor(RecordedStep step, Difference difference) =>
        from excuse in Excuse.All
        where excuse.Transcripts.Any(pattern => Matches(pattern, step.Transcript))
        from pattern in excuse.Differences
        where Matches(pattern, $"{step.Number} {difference}")
        select (excuse, pattern);

    private static bool Matches(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
