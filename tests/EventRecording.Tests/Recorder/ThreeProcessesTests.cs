using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Recorder;

public class ThreeProcessesTests
{
    [Fact]
    public async Task Three_processes_that_record_the_same_100_series_100_times_each_make_100_events_with_the_count_300()
    {
        await using var sandbox = SocketRun.StartSandbox();
        var faults = new[] { Fault.Reset(), Fault.LoseAnswerByReset(), Fault.LoseAnswer(), Fault.CutBody(50), Fault.Status(503, "ServiceUnavailable", "not now") };
        for (var i = 0; i < faults.Length; i++)
            sandbox.Faults.Sometimes(0.02, i, faults[i]);
        var writers = Enumerable.Range(0, 3).Select(_ => RecorderProcess.InRounds(sandbox.Address, series: 100, rounds: 100)).ToArray();
        try
        {
            await Task.WhenAll(writers.Select(writer => writer.ReadyAsync()));
            var ends = await Task.WhenAll(writers.Select(writer => writer.RecordAsync()));
            Assert.All(ends, end => Assert.True(end.ExitCode == 0, end.Statistics));
        }
        finally
        {
            foreach (var writer in writers)
                writer.Dispose();
        }

        var went = sandbox.Requests.Where(request => request.Fault is not null).Select(request => request.Fault).Distinct().Count();
        sandbox.Faults.Clear();
        var events = await SocketRun.EventsAsync(sandbox);
        Assert.Equal(Enumerable.Repeat(300, 100), events.Select(one => (int)one["count"]!));
        Assert.Equal(faults.Length, went);
    }
}
