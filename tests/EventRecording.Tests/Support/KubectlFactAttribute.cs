namespace EventRecording.Tests.Support;

/// <summary>
/// A test that needs kubectl; where there is none, or where it lacks the
/// subcommand, it is reported as skipped with the reason.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute(params string[] subcommands)
    {
        if (Kubectl.Path is null)
            Skip = "kubectl is not installed: its output is not compared.";
        else if (Array.Find(subcommands, subcommand => !Kubectl.Subcommands.Contains(subcommand)) is { } missing)
            Skip = $"The kubectl at {Kubectl.Path} has no subcommand '{missing}'.";
    }
}

/// <summary>As <see cref="KubectlFactAttribute"/>, for cases whose plugins are programs of Unix.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlTheoryAttribute : TheoryAttribute
{
    public KubectlTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "The plugins that kubectl starts in these cases are scripts of the Unix shell.";
        else if (Kubectl.Path is null)
            Skip = "kubectl is not installed: what it makes of a kubeconfig is not compared.";
    }
}
