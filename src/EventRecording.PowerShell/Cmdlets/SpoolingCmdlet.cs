using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>Where <c>Write-KubeEvent</c> and <c>Sync-KubeEvent</c> keep what cannot be written in time.</summary>
public abstract class SpoolingCmdlet : KubeEventCmdlet
{
    private const string DefaultVariable = "EVENTRECORDING_SPOOL";

    private protected SpoolingCmdlet()
    {
    }

    /// <summary>Directory for what cannot be written in time; default: the environment variable <c>EVENTRECORDING_SPOOL</c>, and none without it.</summary>
    /// <remarks>What lies in it is written once, with its own times, by the next <c>Write-KubeEvent</c> or <c>Sync-KubeEvent</c> on that directory. On Linux and macOS it must be yours alone (0700) and is made so. An object that is given by its name must be looked up first: while the server is away that is an error, and nothing is kept.</remarks>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SpoolPath { get; set; }

    private protected string? SpoolDirectory =>
        (SpoolPath ?? Environment.GetEnvironmentVariable(DefaultVariable)) is { Length: > 0 } given ? FileSystemPath.Resolve(this, given) : null;

    private protected override IReadOnlyList<Lease<ClusterSession>> Lease(ClusterSelection selection) => [ModuleState.Current.Sessions.Lease(selection, SpoolDirectory)];
}
