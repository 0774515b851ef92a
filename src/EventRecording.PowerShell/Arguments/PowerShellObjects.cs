using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Reads what PowerShell hands over.</summary>
internal static class PowerShellObjects
{
    private static readonly ObjectTargets Objects = new(Property);

    /// <summary>Reads objects of PowerShell.</summary>
    public static ObjectReferenceReader Reader { get; } = new(Property);

    /// <summary>The objects in an argument.</summary>
    public static IEnumerable<ObjectTarget> Targets(PSObject given) => Objects.In(Unwrap(given)!);

    /// <summary>The object in an argument, if it is one.</summary>
    public static ObjectTarget? Target(object? given) => Unwrap(given) is { } it && Objects.In(it).Take(2).ToArray() is [var only] ? only : null;

    /// <summary>The object itself where PowerShell only wrapped it; one made of note properties stays what it is.</summary>
    public static object? Unwrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapper ? wrapper.BaseObject : value;

    /// <summary>An argument as it was typed, where that matters: to PowerShell 3d is a decimal and 90s a short; how they were typed it still knows.</summary>
    public static object? AsTyped(object? input) => input is PSObject { BaseObject: decimal or short } number ? number.ToString() : Unwrap(input);

    /// <summary>A hashtable as text; <see langword="null"/> without one.</summary>
    public static Dictionary<string, string>? Texts(IDictionary? table) => table is null ? null : Entries(table).ToDictionary(
        entry => Text(entry.Key), entry => Text(entry.Value), StringComparer.Ordinal);

    /// <summary>The entries of a hashtable or of any other dictionary.</summary>
    public static IEnumerable<DictionaryEntry> Entries(IDictionary table)
    {
        // Not Cast: as a sequence a generic dictionary is one of pairs.
        foreach (DictionaryEntry entry in table)
            yield return entry;
    }

    /// <summary>A value as text: a list as PowerShell writes it into a string, an object or a hashtable as its JSON.</summary>
    public static string Text(object? value) => Unwrap(value) switch
    {
        string text => text,
        IDictionary or PSObject => PlainJson.Text(value!),
        IEnumerable items => string.Join(' ', items.Cast<object?>().Select(Text)),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The type of an event, which may be written in any case.</summary>
    public static string TypeOf(string? type) => type?.ToUpperInvariant() switch
    {
        "NORMAL" => EventType.Normal,
        "WARNING" => EventType.Warning,
        _ => type ?? "",
    };

    private static object? Property(object source, string name)
    {
        try
        {
            return Value(source, name);
        }
        catch (GetValueException)
        {
            // A property whose script or getter throws has no value; one bad object must not stop the pipeline.
            return null;
        }
    }

    // What comes out of a job has its hashtables wrapped.
    private static object? Value(object source, string name) => Unwrap(Unwrap(source) is IDictionary dictionary
        ? dictionary.Keys.Cast<object>().FirstOrDefault(key => name.Equals(key as string, StringComparison.OrdinalIgnoreCase)) is { } key ? dictionary[key] : null
        : PSObject.AsPSObject(source).Properties[name]?.Value);
}
