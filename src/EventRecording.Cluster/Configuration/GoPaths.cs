namespace EventRecording.Cluster;

/// <summary>Paths as Go takes them, and so kubectl, on Windows and on Unix.</summary>
internal static class GoPaths
{
    /// <summary>The paths of a list such as PATH or KUBECONFIG, without the empty ones. On Windows a <c>;</c> between quotes is part of a path.</summary>
    public static IReadOnlyList<string> SplitList(string? list, bool isWindows)
    {
        if (!isWindows)
            return (list ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var paths = new List<string>();
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i <= list?.Length; i++)
        {
            if (i < list.Length && list[i] == '"')
                isQuoted = !isQuoted;
            if (i < list.Length && (list[i] != ';' || isQuoted))
                continue;
            paths.Add(list[start..i].Replace("\"", "", StringComparison.Ordinal));
            start = i + 1;
        }

        return paths.FindAll(path => path.Length > 0);
    }

    /// <summary>On Windows only a path with a drive or a share: <c>\certs</c> is relative.</summary>
    public static bool IsAbsolute(string path, bool isWindows) => isWindows
        ? (path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/') || path.StartsWith(@"\\", StringComparison.Ordinal)
        : path.StartsWith('/');

    /// <summary>A path that stands in a file of the directory.</summary>
    public static string Resolve(string path, string directory, bool isWindows) => IsAbsolute(path, isWindows)
        ? path
        : directory.TrimEnd(Separator(isWindows)) + Separator(isWindows) + (isWindows ? path.TrimStart('\\', '/') : path);

    /// <summary>A command that is a path, and no name to look for in PATH. A <c>/</c> makes none on Windows.</summary>
    public static bool IsPath(string command, bool isWindows) => command.Contains(Separator(isWindows), StringComparison.Ordinal);

    /// <summary>The last part of a path.</summary>
    public static string Base(string path, bool isWindows) => path[(path.LastIndexOfAny(isWindows ? ['\\', '/', ':'] : ['/']) + 1)..];

    public static char Separator(bool isWindows) => isWindows ? '\\' : '/';
}
