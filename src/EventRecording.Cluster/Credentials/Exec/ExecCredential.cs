namespace EventRecording.Cluster;

/// <summary>A credential that a program prints: run once, and again when it has come to its end or was refused.</summary>
internal sealed class ExecCredential(ClusterConfiguration configuration, ExecPlugin plugin, ClusterConnectionOptions options) : IClusterCredential
{
    private readonly ExecProcess _process = new(configuration, plugin, options);
    private readonly object _lock = new();
    private volatile ExecAnswer? _answer;
    private Run? _run;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken) =>
        _answer is { } answer && IsCurrent(answer)
            ? answer.Credential
            : (await RunAsync(IsCurrent, cancellationToken).ConfigureAwait(false)).Credential;

    public async ValueTask<bool> RenewAsync(Credential refused, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(latest => latest.Credential != refused && IsCurrent(latest), cancellationToken).ConfigureAwait(false);
        return answer.Credential != refused;
    }

    private bool IsCurrent(ExecAnswer answer) => answer.Expires is not { } end || end > options.TimeProvider.GetUtcNow();

    // Whoever comes while the plugin runs waits for the same run, however long ago it began: somebody may be logging in.
    private async ValueTask<ExecAnswer> RunAsync(Func<ExecAnswer, bool> isGoodEnough, CancellationToken cancellationToken)
    {
        Run run;
        lock (_lock)
        {
            if (_answer is { } latest && isGoodEnough(latest))
                return latest;
            run = _run ??= Start();
            run.Waiting++;
        }

        try
        {
            return await run.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(run);
        }
    }

    private Run Start()
    {
        var run = new Run();
        // A program on a disk that hangs must not hold up whoever asks.
        run.Answer = Task.Run(() => RunAsync(run), CancellationToken.None);
        return run;
    }

    private async Task<ExecAnswer> RunAsync(Run run)
    {
        try
        {
            return _answer = await _process.RunAsync(run.End.Token).ConfigureAwait(false);
        }
        finally
        {
            Forget(run);
        }
    }

    private void Leave(Run run)
    {
        lock (_lock)
        {
            if (--run.Waiting > 0)
                return;
            Forget(run);
        }

        run.End.Cancel();
    }

    private void Forget(Run run)
    {
        lock (_lock)
        {
            if (_run == run)
                _run = null;
        }
    }

    /// <summary>One run of the plugin: ended when nobody waits for it any more.</summary>
#pragma warning disable CA1001 // A source without a timer whose wait handle nobody asks for holds nothing to dispose of.
    private sealed class Run
#pragma warning restore CA1001
    {
        public CancellationTokenSource End { get; } = new();

        public Task<ExecAnswer> Answer { get; set; } = null!;

        public int Waiting { get; set; }
    }
}
