namespace EventRecording.Sandbox;

/// <summary>Finds the command that the first argument names.</summary>
internal static class CommandLine
{
    private static readonly ICommand[] Commands = [new DemoCommand(), new ServeCommand()];

    /// <returns>0 for success, 1 for an error, 2 for a command line that is not understood.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args is [] or ["help" or "--help" or "-h", ..])
        {
            await output.WriteLineAsync(Help()).ConfigureAwait(false);
            return args.Length == 0 ? 2 : 0;
        }
        var command = Array.Find(Commands, command => command.Name == args[0]);
        if (command is null)
        {
            await error.WriteLineAsync($"There is no command '{args[0]}'.\n\n{Help()}").ConfigureAwait(false);
            return 2;
        }
        return await RunAsync(command, args[1..], output, error).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(ICommand command, string[] args, TextWriter output, TextWriter error)
    {
        if (args.Contains("--help"))
        {
            await output.WriteLineAsync(command.Help).ConfigureAwait(false);
            return 0;
        }
        try
        {
            return await command.RunAsync(args, output).ConfigureAwait(false);
        }
        catch (CommandLineException e)
        {
            await error.WriteLineAsync($"{e.Message}\n\n{command.Help}").ConfigureAwait(false);
            return 2;
        }
    }

    private static string Help() =>
        "Usage: EventRecording.Sandbox <command> [options]\n\n"
        + string.Join("\n", Commands.Select(command => $"  {command.Name,-8}{command.Summary}"))
        + "\n\n'<command> --help' says more.";
}

/// <summary>One command of the program.</summary>
internal interface ICommand
{
    string Name { get; }

    /// <summary>What it does, in a line.</summary>
    string Summary { get; }

    /// <summary>Its options.</summary>
    string Help { get; }

    /// <exception cref="CommandLineException">The arguments are not understood.</exception>
    Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output);
}
