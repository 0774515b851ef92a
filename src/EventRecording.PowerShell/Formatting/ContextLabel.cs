namespace EventRecording.PowerShell;

/// <summary>The name of a context in a column: the tools of clouds make longer ones than fit, which tell clusters apart at their ends.</summary>
internal static class ContextLabel
{
    /// <summary>The name, or as much of its end as fits behind what comes from the cloud or is the user's, else with its middle cut out; safe for the terminal.</summary>
    /// <param name="context">As <c>arn:aws:eks:REGION:ACCOUNT:cluster/NAME</c>, <c>gke_PROJECT_ZONE_NAME</c>, <c>USER@NAME</c>, <c>USER@NAME.REGION.eksctl.io</c>, or any other.</param>
    /// <param name="width">At most so many characters; at least 3.</param>
    public static string Of(string? context, int width)
    {
        const string Eksctl = ".eksctl.io";
        var name = SafeText.Escape(context);
        var separator = name.StartsWith("arn:", StringComparison.Ordinal) ? '/' : name.StartsWith("gke_", StringComparison.Ordinal) ? '_' : '@';
        while (name.Length > width && name.IndexOf(separator, StringComparison.Ordinal) is >= 0 and var end && end < name.Length - 1)
            name = name[(end + 1)..];
        if (name.Length > width && name.EndsWith(Eksctl, StringComparison.Ordinal))
            name = name[..^Eksctl.Length];
        return name.Length > width ? WithoutMiddle(name, width) : name;
    }

    private static string WithoutMiddle(string name, int width)
    {
        var head = (width - 1) / 2;
        var tail = name.Length - (width - 1 - head);
        // Not within a character of two.
        if (char.IsLowSurrogate(name[head]))
            head--;
        if (char.IsLowSurrogate(name[tail]))
            tail++;
        return $"{name[..head]}…{name[tail..]}";
    }
}
