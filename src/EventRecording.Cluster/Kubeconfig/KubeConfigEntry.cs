namespace EventRecording.Cluster;

/// <summary>A cluster or a user of a kubeconfig, with what errors say about it.</summary>
internal sealed record KubeConfigEntry(YamlNode Node, string What, string Name, string Origin)
{
    private const int LongestFileName = 255;

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
        : System.IO.Path.GetFullPath(GoPaths.Resolve(NoContent(setting, path), System.IO.Path.GetDirectoryName(Node.File)!, OperatingSystem.IsWindows()));

    /// <summary>The path or name of a file, and not what stands in one: a key or a token, which no error may repeat.</summary>
    public string NoContent(string setting, string name) => !IsContent(name) ? name : throw Error(setting, setting switch
    {
        "exec" => "has a command that is no program, but looks like a key or a token",
        "tokenFile" => "must be the path of a file, and looks like a token, which would stand in token",
        _ => $"must be the path of a file, and looks like what stands in one, which in base64 would stand in {setting}-data",
    });

    // More lines than a path has, the beginning of PEM, of its base64 or of a token, or a longer name than any file system has.
    private static bool IsContent(string name) =>
        name.AsSpan().IndexOfAny('\r', '\n') >= 0 || name.Contains("-----BEGIN", StringComparison.Ordinal)
        || name.StartsWith("LS0tLS", StringComparison.Ordinal) || name.StartsWith("eyJ", StringComparison.Ordinal)
        || Array.Exists(name.Split('/', '\\'), static part => part.Length > LongestFileName);

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
