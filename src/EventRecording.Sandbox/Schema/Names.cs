using System.Text.RegularExpressions;

namespace EventRecording.Sandbox;

/// <summary>The rules for names, each as the messages that a bad one gets.</summary>
internal static partial class Names
{
    private const string SubdomainPattern = @"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string QualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

    private const string BadQualifiedName =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '" + QualifiedPattern + "')";

    private const string OptionalPrefix = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";

    private const string BadSubdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'example.com', regex used for validation is '" + SubdomainPattern + "')";

    private const string BadLabel =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
        + "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '" + LabelPattern + "')";

    private const string BadLabelValue =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>A DNS subdomain: names of most objects.</summary>
    public static IEnumerable<string> Subdomain(string name)
    {
        if (name.Length > 253)
            yield return "must be no more than 253 characters";
        if (!SubdomainRegex().IsMatch(name))
            yield return BadSubdomain;
    }

    /// <summary>A DNS label: names of namespaces.</summary>
    public static IEnumerable<string> Label(string name)
    {
        if (name.Length > 63)
            yield return "must be no more than 63 characters";
        if (!LabelRegex().IsMatch(name))
            yield return BadLabel;
    }

    /// <summary>A qualified name: keys of labels and annotations, the reporting controller.</summary>
    public static IEnumerable<string> Qualified(string name)
    {
        var parts = name.Split('/');
        if (parts.Length > 2)
            return ["a qualified name " + BadQualifiedName["name part ".Length..] + OptionalPrefix];
        return QualifiedParts(parts);
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63)
            yield return "must be no more than 63 characters";
        if (value.Length > 0 && !QualifiedRegex().IsMatch(value))
            yield return BadLabelValue;
    }

    /// <summary>What may stand in a path: the only rule for names of core/v1 events.</summary>
    public static IEnumerable<string> PathSegment(string name)
    {
        if (name is "." or "..")
        {
            yield return $"may not be '{name}'";
            yield break;
        }
        foreach (var character in "/%".Where(name.Contains))
            yield return $"may not contain '{character}'";
    }

    private static IEnumerable<string> QualifiedParts(string[] parts)
    {
        if (parts.Length == 2 && parts[0].Length == 0)
            yield return "prefix part must be non-empty";
        else if (parts.Length == 2)
        {
            foreach (var message in Subdomain(parts[0]))
                yield return "prefix part " + message;
        }
        var name = parts[^1];
        if (name.Length == 0)
            yield return "name part must be non-empty";
        else if (name.Length > 63)
            yield return "name part must be no more than 63 characters";
        if (!QualifiedRegex().IsMatch(name))
            yield return BadQualifiedName;
    }

    [GeneratedRegex("^" + SubdomainPattern + "\\z")]
    private static partial Regex SubdomainRegex();

    [GeneratedRegex("^" + LabelPattern + "\\z")]
    private static partial Regex LabelRegex();

    [GeneratedRegex("^" + QualifiedPattern + "\\z")]
    private static partial Regex QualifiedRegex();
}
