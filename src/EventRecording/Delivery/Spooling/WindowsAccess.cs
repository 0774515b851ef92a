using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EventRecording;

/// <summary>Whose a file is on Windows, and who has rights on it.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsAccess
{
    /// <summary>The user of this process, with the domain.</summary>
    public static string User
    {
        get
        {
            using var user = WindowsIdentity.GetCurrent();
            return user.Name;
        }
    }

    /// <summary>Makes a directory of the user's, on which nobody else has rights but the system and its administrators, who have all rights anyway.</summary>
    public static void CreateDirectory(string path)
    {
        var security = new DirectorySecurity();
        // Below C:\ a directory would inherit that everybody who is logged in may write to it.
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (var trusted in Trusted())
            security.AddAccessRule(new FileSystemAccessRule(trusted, FileSystemRights.FullControl, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));
        new DirectoryInfo(path).Create(security);
    }

    /// <summary>The file or directory belongs to the user of this process, the system or its administrators.</summary>
    public static bool IsOurs(string path) => IsOurs(Security(path, AccessControlSections.Owner));

    /// <summary>Somebody else has rights on the directory, or may have on what is made in it.</summary>
    public static bool HasOthers(string path)
    {
        var trusted = Trusted();
        return Security(path, AccessControlSections.Access)
            .GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>()
            .Any(rule => rule.AccessControlType == AccessControlType.Allow
                && rule.IdentityReference is SecurityIdentifier who && !who.IsWellKnown(WellKnownSidType.CreatorOwnerSid) && !trusted.Contains(who));
    }

    private static bool IsOurs(FileSystemSecurity security) => security.GetOwner(typeof(SecurityIdentifier)) is SecurityIdentifier owner && Trusted().Contains(owner);

    private static FileSystemSecurity Security(string path, AccessControlSections sections) =>
        Directory.Exists(path) ? new DirectorySecurity(path, sections) : new FileSecurity(path, sections);

    private static List<SecurityIdentifier> Trusted()
    {
        using var user = WindowsIdentity.GetCurrent();
        return [user.User!, new(WellKnownSidType.LocalSystemSid, null), new(WellKnownSidType.BuiltinAdministratorsSid, null)];
    }
}
