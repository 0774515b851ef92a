namespace EventRecording.PowerShell;

/// <summary>Makes a kubeconfig that of the whole process, kubectl included, and undoes it.</summary>
internal sealed class KubeconfigVariable
{
    private const string Name = "KUBECONFIG";
    private readonly string _path;
    private readonly string? _before = Environment.GetEnvironmentVariable(Name);

    public KubeconfigVariable(string path)
    {
        _path = path;
        Environment.SetEnvironmentVariable(Name, path);
    }

    /// <summary>Puts back what was there; what somebody else has set since stays.</summary>
    public void Restore()
    {
        if (Environment.GetEnvironmentVariable(Name) == _path)
            Environment.SetEnvironmentVariable(Name, _before);
    }
}
