namespace EventRecording.Cluster;

/// <summary>Finds a program at its path, or in PATH by its name, which is never looked for in the current directory: that may be anybody's.</summary>
internal static class ProgramPath
{
    /// <summary>The file to start; <see langword="null"/> if there is none.</summary>
    public static string? Find(string command, Func<string, string?> variable, bool isWindows, Func<string, bool> isProgram)
    {
        var extensions = Extensions(command, variable, isWindows);
        if (command.AsSpan().IndexOfAny('/', isWindows ? '\\' : '/') >= 0)
            return extensions.Select(extension => command + extension).FirstOrDefault(isProgram);
        return (
            from directory in GoPaths.SplitList(variable("PATH"), isWindows)
            from extension in extensions
            let file = directory.TrimEnd('/', GoPaths.Separator(isWindows)) + GoPaths.Separator(isWindows) + command + extension
            where GoPaths.IsAbsolute(directory, isWindows) && isProgram(file)
            select file).FirstOrDefault();
    }

    /// <summary>Whether there is a file that can be started, as far as its rights say; on Windows its extension does.</summary>
    public static bool IsProgram(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    // As for kubectl: without an extension a file is no program of Windows, such as the script for Unix that lies beside gcloud.cmd.
    private static string[] Extensions(string command, Func<string, string?> variable, bool isWindows)
    {
        if (!isWindows)
            return [""];
        var given = variable("PATHEXT") is { Length: > 0 } text ? text : ".COM;.EXE;.BAT;.CMD";
#pragma warning disable CA1308 // As Go has them: a kuberc that allows a program to kubectl names it in these letters.
        var known = given.ToLowerInvariant().Split(';', StringSplitOptions.RemoveEmptyEntries);
#pragma warning restore CA1308
        return command.LastIndexOf('.') > command.LastIndexOfAny(['/', '\\', ':']) ? ["", .. known] : known;
    }
}
