namespace EventRecording.Tests.Support;

/// <summary>A test that needs kubectl; where there is none it is reported as skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute()
    {
        if (Kubectl.Path is null)
            Skip = "kubectl is not installed: its output is not compared.";
    }
}
