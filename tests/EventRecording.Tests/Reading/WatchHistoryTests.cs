namespace EventRecording.Tests.Reading;

public class WatchHistoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Through_200_disconnects_of_all_kinds_nothing_is_missed_and_nothing_told_twice(int seed)
    {
        using var history = new WatchHistory(seed, faults: 200, writes: 20_000);

        await history.RunAsync();

        Assert.InRange(history.Writes, 20_000, int.MaxValue);
        Assert.Equal(200, history.FaultsDone.Count);
        Assert.Equal(Enum.GetValues<WatchHistory.Fault>(), history.FaultsDone.Distinct().Order());
    }

    [Fact]
    public async Task Over_sockets_200_disconnects_of_all_kinds_lose_nothing_and_cost_one_list_at_most()
    {
        await using var history = new SandboxWatchHistory(seed: 4, rounds: 200, writes: 20_000);

        await history.RunAsync(rounds: 200);

        Assert.InRange(history.Writes, 20_000, int.MaxValue);
        Assert.Equal(200, history.Done.Count);
        Assert.Equal(Enum.GetValues<SandboxWatchHistory.Kind>(), history.Done.Distinct().Order());
    }
}
