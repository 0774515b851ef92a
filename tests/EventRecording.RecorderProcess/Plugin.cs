using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>An exec plugin that does what its arguments say, one after the other: the same program on every system.</summary>
internal static class Plugin
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Not by the console's code page, in which plugins of other makers do not write either.
    private static readonly StreamWriter Output = new(Console.OpenStandardOutput(), Utf8) { AutoFlush = true };
    private static readonly StreamWriter Complaints = new(Console.OpenStandardError(), Utf8) { AutoFlush = true };
    private static string _runs = "";

    /// <summary>Takes the steps and returns the exit code.</summary>
    public static async Task<int> RunAsync(Queue<string> steps)
    {
        while (steps.TryDequeue(out var step))
        {
            switch (step)
            {
                case "leave":
                    Start(steps).Dispose();
                    return 0;
                case "child":
                    using (var child = Start(steps))
                        await child.WaitForExitAsync();
                    return 0;
                case "save":
                    await SaveAsync(steps.Dequeue(), steps);
                    return 0;
                case "exit":
                    return Number(steps.Dequeue());
                case "wait":
                    await new TaskCompletionSource().Task;
                    break;
                default:
                    await TakeAsync(step, steps);
                    break;
            }
        }

        return 0;
    }

    private static Task TakeAsync(string step, Queue<string> steps) => step switch
    {
        "count" => CountAsync(steps.Dequeue()),
        "print" => Output.WriteLineAsync(WithRuns(steps.Dequeue())),
        "print-file" => PrintFileAsync(WithRuns(steps.Dequeue())),
        "print-for-ever" => PrintForEverAsync(steps.Dequeue()),
        "complain" => Complaints.WriteLineAsync(steps.Dequeue()),
        "ask" => Complaints.WriteAsync(steps.Dequeue()),
        "complain-variable" => Complaints.WriteLineAsync(Environment.GetEnvironmentVariable(steps.Dequeue())),
        "complain-file" => ComplainFileAsync(WithRuns(steps.Dequeue())),
        "complain-id" => Complaints.WriteLineAsync($"{Environment.ProcessId}"),
        "complain-directory" => Complaints.WriteLineAsync(Environment.CurrentDirectory),
        "leave-complaining" => LeaveAsync(steps.Dequeue(), holdsOutput: false),
        "leave-holding" => LeaveAsync(steps.Dequeue(), holdsOutput: true),
        "wait-for" => WaitForAsync(Number(steps.Dequeue())),
        _ => throw new ArgumentException($"This is no step: {step}"),
    };

    /// <summary>Counts in a file how often the plugin was run; what is printed afterwards may say so.</summary>
    private static async Task CountAsync(string file)
    {
        _runs = File.Exists(file) ? $"{Number(await File.ReadAllTextAsync(file)) + 1}" : "1";
        await File.WriteAllTextAsync(file, _runs);
    }

    private static async Task PrintFileAsync(string file) => await Output.WriteAsync(await File.ReadAllTextAsync(file));

    private static async Task ComplainFileAsync(string file) => await Complaints.WriteLineAsync(await File.ReadAllTextAsync(file));

    private static async Task PrintForEverAsync(string text)
    {
        while (true)
            await Output.WriteLineAsync(text);
    }

    /// <summary>Waits until whoever listens there closes the connection, or is gone.</summary>
    private static async Task WaitForAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        _ = await client.GetStream().ReadAsync(new byte[1]);
    }

    /// <summary>Leaves a child that waits as <see cref="WaitForAsync"/> does and holds the standard error, as a browser does, and perhaps the output.</summary>
    private static Task LeaveAsync(string port, bool holdsOutput)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Plugin).Assembly.Location, "plugin", "wait-for", port]) { RedirectStandardInput = true, RedirectStandardOutput = !holdsOutput };
        Process.Start(start)!.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Writes what the plugin was given: the arguments that follow, two variables, its input.</summary>
    private static async Task SaveAsync(string file, IEnumerable<string> arguments)
    {
        var input = await Console.In.ReadToEndAsync();
        string?[] given = [.. arguments, Environment.GetEnvironmentVariable("EXTRA"), Environment.GetEnvironmentVariable("KUBERNETES_EXEC_INFO"), input];
        await File.WriteAllTextAsync(file, string.Join('\n', given));
    }

    private static Process Start(IEnumerable<string> steps) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(Plugin).Assembly.Location, "plugin", .. steps]))!;

    private static string WithRuns(string text) => text.Replace("{runs}", _runs, StringComparison.Ordinal);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
