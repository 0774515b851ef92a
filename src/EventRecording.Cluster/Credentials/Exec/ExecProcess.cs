using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EventRecording.Cluster;

/// <summary>Runs a plugin and reads what it prints.</summary>
internal sealed class ExecProcess(ClusterConfiguration configuration, ExecPlugin plugin, ClusterConnectionOptions options)
{
    private const int LongestOutput = 1024 * 1024;
    private const int LongestComplaint = 2048;

    /// <summary>How long a line may stay without its end before it is passed on as it is: a plugin may ask for a password in it.</summary>
    internal static readonly TimeSpan UnfinishedLine = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the standard error of a plugin that failed is waited for: a child may hold it for as long as it lives.</summary>
    internal static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>How many plugins of this process run at a time: those of forty clusters would take gigabytes.</summary>
    internal const int MostAtATime = 8;

    /// <summary>One that takes longer waits for a person, and keeps the others of its kind waiting no more.</summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    private static readonly SemaphoreSlim Running = new(MostAtATime);

    // Who changes it later is another user: what was begun as this one may run the plugin after that.
    private readonly Dictionary<string, string?> _inherited = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value, OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    // What it is given, which is looked at when it is started, and what was printed last: a plugin may name the credential that it renews.
    private ExecSecrets? _given;
    private volatile ExecSecrets? _known;

    /// <exception cref="ClusterConfigurationException">The program isn't there, failed, or printed no credential.</exception>
    public async Task<ExecAnswer> RunAsync(CancellationToken cancellationToken)
    {
        var hasConsole = !Console.IsInputRedirected;
        if (plugin.InteractiveMode == ExecInteractiveMode.Always && !hasConsole)
            throw Error("asks at the console (interactiveMode Always), and there is none");
        var isInteractive = hasConsole && plugin.InteractiveMode != ExecInteractiveMode.Never;
        await Running.WaitAsync(cancellationToken).ConfigureAwait(false);
        var isOver = 0;
        // At once, since a start from a disk that hangs comes to no end.
        using var cancellation = cancellationToken.Register(MakeRoom);
        using var turn = new CancellationTokenSource(Turn, options.TimeProvider);
        using var endOfTurn = turn.Token.Register(MakeRoom);
        try
        {
            return await RunAsync(isInteractive, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            MakeRoom();
        }

        void MakeRoom()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
                Running.Release();
        }
    }

    private async Task<ExecAnswer> RunAsync(bool isInteractive, CancellationToken cancellationToken)
    {
        using var process = Start(isInteractive);
        try
        {
            return await ReadAnswerAsync(process, isInteractive, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // Not in a callback of the token: that would be gone with the cancelled wait before its turn came.
            Kill(process);
            throw;
        }
    }

    private async Task<ExecAnswer> ReadAnswerAsync(Process process, bool isInteractive, CancellationToken cancellationToken)
    {
        if (!isInteractive)
            process.StandardInput.Close();
        var given = _given ??= ExecSecrets.Of(configuration, plugin, _inherited);
        var all = new StringBuilder();
        var reading = ReadComplaintsAsync(process.StandardError, all, given);
        var printing = ReadAsync(process.StandardOutput);
        var exiting = process.WaitForExitAsync(cancellationToken);
        // Whichever comes first: a child that outlives a plugin that failed may hold its output; on Windows also one that has redirected its own.
        await Task.WhenAny(printing, exiting).ConfigureAwait(false);
        if (!exiting.IsCompletedSuccessfully || process.ExitCode == 0)
            _known = given.And(await printing.WaitAsync(cancellationToken).ConfigureAwait(false) ?? throw Error("printed more than any credential has"));
        await exiting.ConfigureAwait(false);
        if (process.ExitCode == 0)
            return Parse((await printing.ConfigureAwait(false))!);
        await Task.WhenAll(printing, reading).WaitAsync(AfterFailure, options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        _known ??= given.And(printing.IsCompletedSuccessfully ? await printing.ConfigureAwait(false) ?? "" : "");
        var complaint = _known.Mask(Text(all).Trim());
        throw Error($"ended with the exit code {process.ExitCode}{(complaint.Length == 0 ? "" : $": {SafeText.OneLine(complaint, LongestComplaint)}")}");
    }

    private Process Start(bool isInteractive)
    {
        var file = FindProgram(plugin.Command) ?? throw NotStarted(null);
        if (plugin.Policy is { } policy && !policy.Allows(plugin.Command, file, FindProgram, OperatingSystem.IsWindows()))
            throw Refused(policy, file);
        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardInput = !isInteractive,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            // The code page of the console would change the letters of a secret, and masking would miss it.
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = options.PluginDirectory?.Invoke() is { } directory && Directory.Exists(directory) ? directory : "",
        };
        foreach (var argument in plugin.Arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in _inherited)
            start.Environment[name] = value;
        foreach (var (name, value) in plugin.Environment)
            start.Environment[name] = value;
        start.Environment[ExecInfo.Variable] = ExecInfo.Create(configuration, plugin, isInteractive);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw NotStarted(exception);
        }
    }

    private string? FindProgram(string command) =>
        ProgramPath.Find(command, name => _inherited.GetValueOrDefault(name), OperatingSystem.IsWindows(), ProgramPath.IsProgram);

    private ExecPluginRefusedException Refused(ExecPluginPolicy policy, string file) => new(
        $"The exec plugin {plugin} of {configuration.Origin} is not allowed to start: "
        + (policy.Allowed.Count == 0 ? $"the credentialPluginPolicy of {policy.Origin} is DenyAll." : $"add {file} to the credentialPluginAllowlist of {policy.Origin} if you trust it."));

    private ExecAnswer Parse(string output)
    {
        try
        {
            var answer = ExecAnswer.Parse(output, plugin.ApiVersion);
            if (answer.Credential.Header?.Parameter is { } token)
                Credential.CheckToken(token, "the token of the exec plugin", configuration);
            return answer;
        }
        catch (FormatException exception)
        {
            throw Error($"failed: {exception.Message}");
        }
    }

    // What a plugin says while it runs is for the person in front of it, such as where to log in.
    private async Task ReadComplaintsAsync(StreamReader reader, StringBuilder all, ExecSecrets given)
    {
        using var end = reader;
        var (lines, buffer) = (new ComplaintLines(line => Tell((_known ?? given).Mask(line))), new char[1024]);
        while (true)
        {
            var reading = reader.ReadAsync(buffer, 0, buffer.Length);
            // It may ask something, and wait for the answer.
            if (lines.HasUnfinished)
            {
                await ((Task)reading).WaitAsync(UnfinishedLine, options.TimeProvider).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!reading.IsCompleted)
                    lines.Flush();
            }

            var count = await reading.ConfigureAwait(false);
            if (count == 0)
                break;
            lines.Add(buffer.AsSpan(0, count));
            lock (all)
                all.Append(buffer, 0, Math.Min(count, LongestComplaint - Math.Min(all.Length, LongestComplaint)));
        }

        lines.Flush();
    }

    private static string Text(StringBuilder all)
    {
        string text;
        lock (all)
            text = all.ToString();
        // The last word may be half a secret, which no mask knows.
        if (text.Length == LongestComplaint)
            text = text[..(text.AsSpan().LastIndexOfAny(' ', '\n') + 1)];
        // As programs of Windows end their lines; what is quoted in one line would have two spaces there.
        return text.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private void Tell(string line)
    {
        try
        {
            options.PluginOutput?.Invoke(line);
        }
#pragma warning disable CA1031 // A listener's trouble must not stop the reading: a plugin that nobody listens to would block.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    // Whoever reads closes: a process leaves that to whom it has given a reader, and a child may go on writing when it is over.
    private static async Task<string?> ReadAsync(StreamReader reader)
    {
        using var end = reader;
        var all = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            if (all.Append(buffer, 0, count).Length > LongestOutput)
                return null;
        }

        return all.ToString();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    private ClusterConfigurationException NotStarted(Win32Exception? inner)
    {
        var hint = plugin.InstallHint is { } text ? $"\n{SafeText.Lines(text)}" : "";
        var isPath = GoPaths.IsPath(plugin.Command, OperatingSystem.IsWindows());
        // The message of the exception itself repeats file and directory.
        var why = inner is null ? "" : $" ({new Win32Exception(inner.NativeErrorCode).Message})";
        var problem = inner is not null || (isPath && File.Exists(plugin.Command)) ? $"it is there, but cannot be executed{why}."
            : !isPath ? "is it installed and in PATH?"
            : Directory.Exists(plugin.Command) ? "it is a directory."
            : $"there is no such file.{SharedFile.TildeHint(plugin.Command)}";
        return new ClusterConfigurationException($"The exec plugin {plugin} of {configuration.Origin} cannot be started: {problem}{hint}", inner);
    }

    private ClusterConfigurationException Error(string problem) => new($"The exec plugin {plugin} of {configuration.Origin} {problem.TrimEnd('.')}.");
}
