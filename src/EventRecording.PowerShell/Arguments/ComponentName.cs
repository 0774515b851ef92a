using System.Text;

namespace EventRecording.PowerShell;

/// <summary>In whose name a cmdlet records where nobody says.</summary>
internal static class ComponentName
{
    /// <summary>At the prompt, and for scripts whose name has nothing that a component's may have.</summary>
    public const string Prompt = "pwsh";

    // A qualified name, which events.k8s.io/v1 wants, has no more.
    private const int Longest = 63;
    private const string Separators = "-_.";

    /// <summary>The name of the script, as a qualified name: whatever else is in it becomes one <c>-</c>.</summary>
    /// <param name="scriptPath">The script that calls; empty at the prompt.</param>
    public static string From(string? scriptPath)
    {
        // A function of a profile is called at the prompt.
        var script = Path.GetFileName(scriptPath ?? "");
        if (script is "profile.ps1" || script.EndsWith("_profile.ps1", StringComparison.OrdinalIgnoreCase))
            return Prompt;
        var clean = new StringBuilder();
        foreach (var rune in Path.GetFileNameWithoutExtension(script).EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || Separators.Contains((char)rune.Value, StringComparison.Ordinal)))
                clean.Append((char)rune.Value);
            else if (clean.Length > 0 && clean[^1] != '-')
                clean.Append('-');
        }

        var name = clean.ToString(0, Math.Min(clean.Length, Longest)).Trim('-', '_', '.');
        return name.Length > 0 ? name : Prompt;
    }
}
