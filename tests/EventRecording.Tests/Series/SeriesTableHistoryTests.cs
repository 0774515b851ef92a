using FsCheck;
using FsCheck.Fluent;

namespace EventRecording.Tests.SeriesTests;

public class SeriesTableHistoryTests
{
    // More on request: EVENTRECORDING_HISTORIES=100000.
    private static int Histories => int.TryParse(Environment.GetEnvironmentVariable("EVENTRECORDING_HISTORIES"), out var number) ? number : 4_000;

    [Fact]
    public void In_every_history_the_table_does_what_the_rules_say()
    {
        Gen<(int Shape, int[] Steps)> histories = from shape in Gen.Choose(0, 419)
                                                  from steps in Gen.Choose(0, 1 << 24).ArrayOf()
                                                  select (shape, steps);

        // Shrunk by leaving out steps: each that is left still says what it does.
        Prop.ForAll(
            Arb.From(histories, history => Without(history.Steps).Select(steps => (history.Shape, steps))),
            history => new SeriesTableHistory(history.Shape).Play(history.Steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(Histories).WithEndSize(120));
    }

    [Fact]
    public void The_histories_reach_a_full_table_too()
    {
        var random = new Random(7);
        var history = new SeriesTableHistory(shape: 7);
        history.Play(Enumerable.Range(0, 2_000).Select(_ => random.Next(1 << 24)));
        Assert.True(history.Refused > 0);
    }

    private static IEnumerable<int[]> Without(int[] steps)
    {
        for (var length = steps.Length / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= steps.Length; start += length)
                yield return [.. steps[..start], .. steps[(start + length)..]];
        }
    }
}
