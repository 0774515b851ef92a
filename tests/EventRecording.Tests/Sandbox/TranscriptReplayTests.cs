using System.IO.Enumeration;
using EventRecording.Sandbox;
using EventRecording.Tests.Sandbox.Replay;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox;

/// <summary>
/// The transcripts are the test of the sandbox: each step again, with the
/// same answer, but for what <see cref="Limitations"/> excuses.
/// </summary>
public sealed class TranscriptReplayTests
{
    [Fact]
    public async Task Every_step_of_every_transcript_comes_out_as_recorded_or_is_excused_by_the_list()
    {
        var unexcused = new List<string>();
        var used = new HashSet<(Limitation Limitation, string Pattern)>();
        var played = new HashSet<string>();
        foreach (var recording in Replay.Recording.All)
        {
            await foreach (var (step, differences) in recording.PlayAsync())
            {
                played.Add(step.Transcript);
                foreach (var difference in differences)
                {
                    var excuses = Excuses(step, difference).ToArray();
                    used.UnionWith(excuses);
                    if (excuses.Length == 0)
                        unexcused.Add($"{step.Name} ({step.Method} {step.Path}): {difference}: {difference.Detail}");
                }
            }
        }
        Assert.True(unexcused.Count == 0, string.Join("\n", unexcused));
        Assert.Equal(Transcript.All.Select(transcript => $"{transcript.Version}/{transcript.Scenario}").Order(), played.Order());
        var idle =
            from limitation in Limitations.All
            from pattern in limitation.Differences
            where !used.Contains((limitation, pattern))
            select $"{limitation.Topic}: {pattern} excuses nothing";
        Assert.Empty(idle);
    }

    private static IEnumerable<(Limitation Limitation, string Pattern)> Excuses(RecordedStep step, Difference difference) =>
        from limitation in Limitations.All
        where limitation.Transcripts.Any(pattern => Matches(pattern, step.Transcript))
        from pattern in limitation.Differences
        where Matches(pattern, $"{step.Number} {difference}")
        select (limitation, pattern);

    private static bool Matches(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
