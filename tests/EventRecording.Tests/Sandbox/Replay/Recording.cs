using EventRecording.Sandbox;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Sandbox.Replay;

/// <summary>Scenarios that were recorded one after the other on one server, each going on with what the ones before left.</summary>
internal sealed record Recording(string Version, KubernetesRules Rules, params string[] Scenarios)
{
    public static readonly Recording[] All =
    [
        new(
            Transcript.V1_20, KubernetesRules.V1_20, "create", "create-refused", "cluster-scoped", "patch", "events-v1", "list", "watch", "delete",
            "terminating", "access", "discovery", "stale"),
        new(Transcript.V1_20, KubernetesRules.V1_20, "adopt", "limits", "cluster-scoped-time", "rights"),
        new(
            Transcript.Generic0_36, KubernetesRules.Current, "create", "create-refused", "cluster-scoped", "patch", "events-v1", "list", "watch",
            "discovery", "stale"),
    ];

    /// <summary>Plays all scenarios. Those that are not kept of a server are played with the requests of the other, to have their state.</summary>
    public async IAsyncEnumerable<(RecordedStep Step, IReadOnlyList<Difference> Differences)> PlayAsync()
    {
        using var session = new ReplaySession(Rules);
        await RecordedState.SetUpAsync(session, Version, Version == Transcript.V1_20 ? Scenarios[0] : "patch");
        foreach (var scenario in Scenarios)
        {
            await RecordedState.PrepareAsync(session, Version, scenario);
            var kept = Transcript.All.Contains((Version, scenario));
            foreach (var step in RecordedStep.Read(kept ? Version : Transcript.V1_20, scenario))
            {
                if (kept)
                    yield return (step, await session.PlayAsync(step));
                else
                    await session.RepeatAsync(step);
            }
        }
    }
}
