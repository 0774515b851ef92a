namespace EventRecording.Cluster;

/// <summary>A cluster or a user of a kubeconfig, with what errors say about it.</summary>
internal sealed record KubeConfigEntry(YamlNode Node, string What, string Name, string Origin)
{
    public ClusterConfigurationException Error(string setting, string problem, Exception? inner = null) =>
        new($"{(Node[setting] ?? Node).Place}: {setting} of the {What} '{Name}' ({Origin}) {problem.TrimEnd('.')}.", inner);

    /// <summary>Bytes that stand in the file as base64 (<c>name-data</c>) or in a file of their own (<c>name</c>).</summary>
    public ReadOnlyMemory<byte> Bytes(string setting)
    {
        var data = Node.Text(setting + "-data");
        var path = Node.Text(setting);
        if (data is not null && path is not null)
            throw Error(setting, $"is there twice, as a file and as {setting}-data; only one can be used");
        if (data is not null)
            return Decode(setting + "-data", data);
        return path is null ? default : Read(setting, File(setting, path));
    }

    /// <summary>Whether a setting is there, as a file or as data.</summary>
    public bool Has(string setting) => (Node.Text(setting) ?? Node.Text(setting + "-data")) is not null;

    /// <summary>The file that a setting names; <see langword="null"/> where it names none.</summary>
    public string? Path(string setting) => Node.Text(setting) is { } path ? File(setting, path) : null;

    /// <summary>A path relative to the file that names it.</summary>
    public string File(string setting, string path) => path.Contains('\0', StringComparison.Ordinal)
        ? throw Error(setting, "must be the path of a file, and no path has a null character")
        : System.IO.Path.GetFullPath(GoPaths.Resolve(path, System.IO.Path.GetDirectoryName(Node.File)!, OperatingSystem.IsWindows()));

    private byte[] Decode(string setting, string data)
    {
        try
        {
            return Convert.FromBase64String(data);
        }
        catch (FormatException)
        {
            // Without the inner error: what cannot be decoded may still be a key.
            throw Error(setting, "is no valid base64");
        }
    }

    private byte[] Read(string setting, string path)
    {
        try
        {
            return SharedFile.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Error(setting, $"cannot be read: {SharedFile.Reason(path, exception)}", exception);
        }
    }
}
