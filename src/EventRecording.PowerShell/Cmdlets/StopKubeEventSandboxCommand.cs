using System.Management.Automation;
using System.Net.Sockets;

namespace EventRecording.PowerShell;

/// <summary>Stops a sandbox that <c>Start-KubeEventSandbox</c> started, and removes its kubeconfig.</summary>
/// <remarks>
/// What is pending is written first. The environment variable <c>KUBECONFIG</c> becomes what it was before the sandbox; if somebody else has set it since,
/// it stays. Where no sandbox runs there is nothing to do, and that is no error.
/// </remarks>
/// <example>
/// <code>
/// Stop-KubeEventSandbox
/// </code>
/// <para>Stops the sandbox that is the current cluster.</para>
/// </example>
/// <example>
/// <code>
/// $sandbox = Start-KubeEventSandbox -KeepKubeconfig
/// $sandbox | Stop-KubeEventSandbox
/// </code>
/// <para>Stops this sandbox and no other.</para>
/// </example>
/// <example>
/// <code>
/// try {
///     $null = Start-KubeEventSandbox
///     Write-KubeEvent -For devbox/my-devbox -Reason Resumed -Message 'by a test'
/// }
/// finally {
///     Stop-KubeEventSandbox
/// }
/// </code>
/// <para>Stops the sandbox of a test whatever happens in it.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Stop, "KubeEventSandbox", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = HelpPage.Root + "Stop-KubeEventSandbox.md")]
[OutputType(typeof(void))]
public sealed class StopKubeEventSandboxCommand : PSCmdlet
{
    /// <summary>The sandboxes to stop, as Start-KubeEventSandbox gives them; default: the one that KUBECONFIG was made to name.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KubeEventSandbox[]? InputObject { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var sandbox in InputObject ?? Default())
        {
            if (ShouldProcess(sandbox.ToString(), "Stop the sandbox"))
                Stop(sandbox);
        }
    }

    private void Stop(KubeEventSandbox sandbox)
    {
        try
        {
            ModuleState.Sandboxes.StopAsync(sandbox).GetAwaiter().GetResult();
        }
        catch (SocketException error)
        {
            WriteError(new ErrorRecord(error, ErrorId.SandboxPortTaken, ErrorCategory.ResourceBusy, sandbox)
            {
                ErrorDetails = new ErrorDetails($"The sandbox {sandbox} is stopped, but what was pending could not be written to it: another program took its port in the outage."),
            });
        }
    }

    private KubeEventSandbox[] Default()
    {
        if (ModuleState.Sandboxes.Default is { } running)
            return [running];
        WriteVerbose("No sandbox is running.");
        return [];
    }
}
