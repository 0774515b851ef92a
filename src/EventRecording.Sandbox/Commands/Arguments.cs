namespace EventRecording.Sandbox.Commands;

/// <summary>Reads options of the form <c>--name value</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="CommandLineException">An option is not known, or has no value.</exception>
    public Arguments(IReadOnlyList<string> args, params string[] known)
    {
        for (var i = 0; i < args.Count; i += 2)
        {
            if (!known.Contains(args[i]))
                throw new CommandLineException($"'{args[i]}' is no option here.");
            if (i + 1 == args.Count)
                throw new CommandLineException($"{args[i]} needs a value.");
            _values[args[i]] = args[i + 1];
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <exception cref="CommandLineException">The value is no port.</exception>
    public int Port(string name) => this[name] is not { } text ? 0
        : ushort.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var port) ? port
        : throw new CommandLineException($"'{text}' is no port: {name} takes a number from 0 (any free one) to 65535.");
}
