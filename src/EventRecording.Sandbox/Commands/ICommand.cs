namespace EventRecording.Sandbox.Commands;

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
