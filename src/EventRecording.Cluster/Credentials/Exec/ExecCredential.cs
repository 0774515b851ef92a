namespace EventRecording.Cluster;

/// <summary>A credential that a program prints: run once, and again when it has come to its end or was refused.</summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose of.
internal sealed class ExecCredential(ClusterConfiguration configuration, ExecPlugin plugin, ClusterConnectionOptions options)
    : IClusterCredential
#pragma warning restore CA1001
{
    private readonly ExecProcess _process = new(configuration, plugin, options);
    private readonly SemaphoreSlim _running = new(1);
    private volatile ExecAnswer? _answer;

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

    // Whoever had to wait takes what the one before got, if it is good enough.
    private async ValueTask<ExecAnswer> RunAsync(Func<ExecAnswer, bool> isGoodEnough, CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_answer is { } latest && isGoodEnough(latest))
                return latest;
            return _answer = await _process.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }
}
