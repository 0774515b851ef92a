using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EventRecording.Cluster;

/// <summary>What a scalar without quotes is: kubectl follows YAML 1.1 here, and Go's numbers.</summary>
internal static partial class PlainScalar
{
    public static bool? Flag(string text) => text switch
    {
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => true,
        "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => false,
        _ => null,
    };

    /// <summary>A number, which may be infinite or none (<c>.nan</c>); <see langword="null"/> for anything else.</summary>
    public static JsonValue? Number(string text)
    {
        // As Go's reader does, which looks at the first character first.
        if (!text.StartsWith('.') && !text.StartsWith('+') && !text.StartsWith('-') && !(text.Length > 0 && char.IsAsciiDigit(text[0])))
            return null;
        if (NotFinite().IsMatch(text))
            return JsonValue.Create(double.NaN);
        var digits = text.StartsWith('.') ? text : text.Replace("_", "", StringComparison.Ordinal);
        if (Whole(digits) is { } whole)
            return JsonValue.Create(whole);
        return Fraction().IsMatch(digits) && double.Parse(digits, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
            ? JsonValue.Create(number)
            : null;
    }

    private static long? Whole(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && !Based().IsMatch(text))
            return whole;
        if (Based().Match(text) is not { Success: true } match)
            return null;
        var radix = match.Groups["hex"].Success ? 16 : match.Groups["binary"].Success ? 2 : 8;
        try
        {
            var value = Convert.ToInt64(match.Groups["digits"].Value, radix);
            return text.StartsWith('-') ? -value : value;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    [GeneratedRegex("^([-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NotFinite();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Fraction();

    [GeneratedRegex(
        "^[-+]?0((?<hex>[xX])(?<digits>[0-9a-fA-F]+)|(?<binary>[bB])(?<digits>[01]+)|[oO]?(?<digits>[0-7]+))$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Based();
}
