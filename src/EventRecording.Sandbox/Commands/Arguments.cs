namespace EventRecording.Sandbox;

/// <summary>Reads options of the form <c>--name value</c> and <c>--name</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="args">What was typed.</param>
    /// <param name="options">Options that take a value.</param>
    /// <param name="flags">Options that take none.</param>
    /// <exception cref="CommandLineException">An option is not known, or has no value.</exception>
    public Arguments(IReadOnlyList<string> args, IReadOnlyList<string> options, IReadOnlyList<string>? flags = null)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            if (flags?.Contains(name) == true)
                _values[name] = "";
            else if (!options.Contains(name))
                throw new CommandLineException($"'{name}' is no option here.");
            else if (++i == args.Count)
                throw new CommandLineException($"{name} needs a value.");
            else
                _values[name] = args[i];
        }
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <exception cref="CommandLineException">The value is no port.</exception>
    public int Port(string name) => this[name] is not { } text ? 0
        : ushort.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var port) ? port
        : throw new CommandLineException($"'{text}' is no port: {name} takes a number from 0 (any free one) to 65535.");
}

/// <summary>Arguments that are not understood.</summary>
internal sealed class CommandLineException(string message) : Exception(message);
