namespace EventRecording.PowerShell;

/// <summary>The kubeconfig of a sandbox, in a directory of its own that only this user may read.</summary>
internal sealed class SandboxFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("eventrecording-sandbox-");

    public SandboxFile(string kubeconfig)
    {
        Path = System.IO.Path.Combine(_directory.FullName, "kubeconfig");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(Path, options);
        writer.Write(kubeconfig);
    }

    public string Path { get; }

    /// <summary>Removes the directory; one that cannot be removed is left to whoever tidies up temporary files.</summary>
    public void Dispose()
    {
        try
        {
            _directory.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}

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
