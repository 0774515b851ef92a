using System.Net.Sockets;

namespace EventRecording.Sandbox;

/// <summary>Runs the server until it is interrupted.</summary>
internal sealed class ServeCommand : ICommand
{
    public string Name => "serve";

    public string Summary => "Runs the API server on the loopback address until Ctrl+C.";

    public string Help => $"""
        Usage: serve [--port N] [--kubeconfig FILE]

          --port N           port to listen on; any free one by default
          --kubeconfig FILE  where to write the kubeconfig; it is printed by default

        What it does not do as a real API server does:

        {string.Join("\n", KubernetesSandbox.Limitations.Select(limitation => "* " + limitation))}
        """;

    public async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output)
    {
        var arguments = new Arguments(args, ["--port", "--kubeconfig"]);
        using var sandbox = Start(arguments.Port("--port"));
        if (arguments["--kubeconfig"] is { } file)
        {
            await WriteAsync(file, sandbox.Kubeconfig).ConfigureAwait(false);
            await output.WriteLineAsync($"Serving on {sandbox.Address}\nTry: kubectl --kubeconfig {file} get events").ConfigureAwait(false);
        }
        else
            await output.WriteLineAsync($"# Serving on {sandbox.Address}\n{sandbox.Kubeconfig}").ConfigureAwait(false);
        await Interruption.WaitAsync().ConfigureAwait(false);
        return 0;
    }

    private static KubernetesSandbox Start(int port)
    {
        try
        {
            return KubernetesSandbox.Start(new SandboxOptions { Port = port });
        }
        catch (SocketException e)
        {
            throw new CommandLineException($"Port {port} cannot be listened on: {e.Message}. Without --port any free one is taken.");
        }
    }

    private static async Task WriteAsync(string file, string kubeconfig)
    {
        try
        {
            await File.WriteAllTextAsync(file, kubeconfig).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandLineException($"The kubeconfig cannot be written to {file}: {e.Message}");
        }
    }
}
