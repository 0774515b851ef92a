using System.Globalization;
using System.Text;

namespace EventRecording.PowerShell;

/// <summary>Puts arguments into a message. Without any, braces and percent signs are plain text.</summary>
internal static class MessageFormat
{
    /// <exception cref="FormatException">The message does not fit its arguments.</exception>
    public static string Apply(string message, IReadOnlyList<object?>? arguments)
    {
        if (arguments is not { Count: > 0 })
            return message;
        try
        {
            var format = CompositeFormat.Parse(message);
            if (format.MinimumArgumentCount == 0)
                throw new FormatException("It names no argument.");
            return string.Format(CultureInfo.InvariantCulture, format, [.. arguments]);
        }
        catch (FormatException e)
        {
            throw new FormatException(
                $"The message '{SafeText.Quote(message)}' does not fit its {arguments.Count} argument(s): they are {{0}} to {{{arguments.Count - 1}}}, and a brace that is meant as text is written twice. Without -ArgumentList it is taken as it is.", e);
        }
    }
}
