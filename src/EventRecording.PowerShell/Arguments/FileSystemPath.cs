using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Finds files where PowerShell does: from its own location, and on its drives.</summary>
internal static class FileSystemPath
{
    private const string FileSystem = "FileSystem";

    /// <summary>Where PowerShell is among the files; where the process is, in a session that shows no files, as of just enough administration.</summary>
    public static string Location(PSCmdlet cmdlet)
    {
        try
        {
            return cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        }
        catch (ProviderNotFoundException)
        {
            return Environment.CurrentDirectory;
        }
    }

    /// <summary>The full path, as the file system knows it; wildcards in it are plain characters.</summary>
    /// <exception cref="ArgumentException">It is a path of another provider, such as <c>Env:</c>; taken for a file's it would name one in the directory of the process. Or it begins with <c>~</c>, and there is no home directory.</exception>
    public static string Resolve(PSCmdlet cmdlet, string given)
    {
        try
        {
            var path = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(given, out var provider, out _);
            return provider.Name == FileSystem
                ? path
                : throw new ArgumentException($"There can be no file at {given}: that is a path of the provider {provider.Name}. Give one of the file system.");
        }
        catch (ProviderNotFoundException)
        {
            return Path.GetFullPath(given);
        }
        catch (InvalidOperationException noHome) when (given.StartsWith('~'))
        {
            // As in a crontab.
            throw new ArgumentException($"There is no home directory for {given}: set the environment variable HOME, or give the path in full.", noHome);
        }
    }
}
