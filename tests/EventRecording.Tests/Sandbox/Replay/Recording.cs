using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>Scenarios that were recorded one after the other on one server, each going on with what the ones before left.</summary>
internal sealed record Recording(string Version, KubernetesRules Rules, params string[] Scenarios)
{
    public static readonly Recording[] All =
    [
        new(
            Transcript.V1_20, KubernetesRules.V1_20, "create", "create-refused", "cluster-scoped", "patch", "events-v1", "list", "watch",
            "delete", "terminating", "access", "discovery", "stale"),
        new(Transcript.V1_20, KubernetesRules.V1_20, "adopt", "limits", "cluster-scoped-time", "rights"),
        new(
            Transcript.Generic0_36, KubernetesRules.Current, "create", "create-refused", "cluster-scoped", "patch", "events-v1", "list",
            "watch", "discovery", "stale"),
    ];

    /// <summary>Which server's transcript of a scenario is played: that of the other one where it was not recorded on this one.</summary>
    public IEnumerable<(string Version, string Scenario)> Sources =>
        Scenarios.Select(scenario => (Transcript.All.Contains((Version, scenario)) ? Version : Transcript.V1_20, scenario));

    /// <summary>
    /// Plays all scenarios. Those that are not kept of a server are played
    /// with the requests of the other, to have their state.
    /// </summary>
    public async IAsyncEnumerable<(RecordedStep Step, IReadOnlyList<Difference> Differences)> PlayAsync()
    {
        using var session = new ReplaySession(Rules);
        await RecordedState.SetUpAsync(session, this);
        foreach (var (source, scenario) in Sources)
        {
            await RecordedState.PrepareAsync(session, Version, scenario);
            foreach (var step in RecordedStep.Read(source, scenario))
            {
                if (source == Version)
                    yield return (step, await session.PlayAsync(step));
                else
                    await session.RepeatAsync(step);
            }
        }
    }
}
