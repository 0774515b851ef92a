namespace EventRecording.Sandbox;

/// <summary>A day of three operators: what they do to their objects, and what they record of it.</summary>
internal sealed class OperatorDay(EventBroadcaster broadcaster, DemoClock clock, IReadOnlyDictionary<string, ObjectReference> objects)
{
    private readonly EventRecorder _redisOperator = broadcaster.NewRecorder("RedisOperator");
    private readonly EventRecorder _devboxController = broadcaster.NewRecorder("DevboxController");
    private readonly EventRecorder _terminalController = broadcaster.NewRecorder("TerminalController");
    private string? _phase;

    public async Task PlayAsync()
    {
        ScaleUpAndDown(objects["Redis"]);
        RunDevbox(objects["Devbox"]);
        await ServeTerminalAsync(objects["Terminal"]).ConfigureAwait(false);
        _redisOperator.Event(objects["Namespace"], EventType.Normal, "QuotaChecked", "room for 3 more Redis in this namespace");
    }

    private void ScaleUpAndDown(ObjectReference redis)
    {
        for (var round = 0; round < 5; round++)
        {
            _redisOperator.Event(redis, EventType.Normal, "扩容", "副本数从 1 增加到 3");
            Pass(seconds: 31);
            _redisOperator.Event(redis, EventType.Normal, "缩容", "副本数从 3 减少到 1");
            Pass(seconds: 24);
        }

        _redisOperator.AnnotatedEventf(
            redis, new Dictionary<string, string> { ["cache.example.com/backup"] = "s3://backups/my-op-redis/0007" },
            EventType.Normal, "BackupCompleted", "{0} MiB in {1} s", 212, 8.5);
        Pass(seconds: 12);
    }

    private void RunDevbox(ObjectReference devbox)
    {
        _devboxController.Event(devbox, EventType.Normal, "DeploymentSynced", "deployment my-devbox is as it should be");
        _devboxController.Event(devbox, EventType.Normal, "ServiceSynced", "service my-devbox is as it should be");
        _devboxController.Event(devbox, EventType.Normal, "IngressSynced", "ingress my-devbox is as it should be");
        foreach (var phase in (string[])["Pending", "Pending", "Running", "Running", "Running", "Stopped"])
        {
            Pass(seconds: 7);
            ReportPhase(devbox, phase);
        }

        var error = new InvalidOperationException("pods \"my-devbox-0\" is forbidden: exceeded quota: cpu=2, used 2, limited 2");
        _devboxController.Eventf(devbox, EventType.Warning, "CreatePodFailed", "could not create the pod: {0}", error.Message);
        Pass(seconds: 9);
    }

    /// <summary>An event says that something changed; each reconciliation that changed nothing would only be noise.</summary>
    private void ReportPhase(ObjectReference devbox, string phase)
    {
        if (phase == _phase)
            return;
        _devboxController.Eventf(devbox, EventType.Normal, "PhaseChanged", "phase changed from {0} to {1}", _phase ?? "nothing", phase);
        _phase = phase;
    }

    private async Task ServeTerminalAsync(ObjectReference terminal)
    {
        var outcome = await _terminalController.RecordAsync(new Occurrence
        {
            Regarding = terminal,
            Type = EventType.Warning,
            Reason = "Unreachable",
            Message = "no heartbeat from the terminal",
            FirstTimestamp = clock.GetUtcNow() - TimeSpan.FromMinutes(3),
            Timestamp = clock.GetUtcNow(),
            Labels = new Dictionary<string, string> { ["shift"] = "night" },
        }).ConfigureAwait(false);
        if (!outcome.IsOnServer)
            throw new InvalidOperationException("The event was not recorded.", outcome.Error);
    }

    private void Pass(int seconds) => clock.PutForward(TimeSpan.FromSeconds(seconds));
}
