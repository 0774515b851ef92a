using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace EventRecording.PowerShell;

/// <summary>Says of a reason that people and alerts can do little with it, once for each reason.</summary>
internal sealed class ReasonAdvice
{
    // Whoever makes reasons up as they go needs no more advice.
    private const int MostReasons = 1_000;

    private const int LongestQuote = 60;

    private static readonly HashSet<string> Empty = new(StringComparer.OrdinalIgnoreCase)
    {
        "Error", "Errors", "Failed", "Failure", "Fail", "Exception", "Success", "Successful", "Succeeded", "Ok", "Done", "Completed", "Finished",
        "Warning", "Normal", "Info", "Information", "Event", "Message", "Unknown", "Reason", "Status", "Update", "Updated", "Changed",
    };

    private readonly ConcurrentDictionary<string, bool> _given = new();

    /// <summary>The advice; <see langword="null"/> for a good reason, and from the second time on.</summary>
    public string? Once(string reason)
    {
        if (For(reason) is not { } advice || _given.Count >= MostReasons || !_given.TryAdd(reason, true))
            return null;
        return $"{advice} This is said once for each reason; -WarningAction SilentlyContinue leaves it out.";
    }

    /// <summary>The advice; <see langword="null"/> for a good reason.</summary>
    public static string? For(string reason)
    {
        var shown = SafeText.Quote(reason, LongestQuote);
        if (Empty.Contains(reason))
            return $"The reason '{shown}' does not say what happened: name the thing too, such as BackupFailed or ScaledUp, since people filter and alert by it.";
        return IsUpperCamelCase(reason)
            ? null
            : $"The reason '{shown}' is not in UpperCamelCase, as those of Kubernetes are: one word without blanks and signs, such as {Suggestion(reason)}, since people filter and alert by it. The message has room for the rest.";
    }

    /// <summary>One word in UpperCamelCase, of all the letters and digits of a text.</summary>
    public static string ToUpperCamelCase(string text)
    {
        var starts = true;
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPartOfWord(rune))
                word.Append(starts ? Rune.ToUpperInvariant(rune) : rune);
            starts = !IsPartOfWord(rune);
        }

        return word.ToString();
    }

    // Scripts without capitals, such as 扩容, have none to begin with.
    private static bool IsUpperCamelCase(string reason)
    {
        var isFirst = true;
        foreach (var rune in reason.EnumerateRunes())
        {
            if (!IsPartOfWord(rune) || (isFirst && Rune.IsLower(rune)))
                return false;
            isFirst = false;
        }

        return !isFirst;
    }

    private static bool IsPartOfWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string Suggestion(string reason) =>
        ToUpperCamelCase(reason) is { Length: > 0 and <= 40 } word && !Empty.Contains(word) ? word : "BackupCompleted";
}
