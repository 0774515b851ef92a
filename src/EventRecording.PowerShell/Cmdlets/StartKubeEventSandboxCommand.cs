using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EventRecording.PowerShell;

/// <summary>Starts a sandbox in this process: a small Kubernetes API server for events, in memory, to try things out and to test scripts.</summary>
/// <remarks>
/// <para>
/// It listens on a free port of the loopback address. As kind and minikube do, it makes itself the current cluster: the environment variable
/// <c>KUBECONFIG</c> of the process names its kubeconfig, so that the cmdlets without <c>-Kubeconfig</c> and kubectl in the same shell talk to it, in all
/// runspaces and in the programs that are started from here. <c>-Kubeconfig</c> and <c>-Context</c> still win.
/// </para>
/// <para>
/// <c>Stop-KubeEventSandbox</c> puts back what was there before; so does the removal of the module by the runspace that started it, and with the process
/// everything is gone. No file stays behind.
/// </para>
/// <para>
/// Unless told otherwise it holds redis/my-op-redis, devbox/my-devbox and terminal/my-terminal in the namespace default. It runs no controllers.
/// For tests the sandbox has the methods <c>BeginOutage()</c>, <c>EndOutage()</c> and <c>FailWrites(count, status)</c>.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Start-KubeEventSandbox
/// Write-KubeEvent -For redis/my-op-redis -Reason ScaledUp -Message 'replicas: 1 -> 3'
/// Get-KubeEvent
/// Stop-KubeEventSandbox
/// </code>
/// <para>Records and reads an event without a cluster.</para>
/// </example>
/// <example>
/// <code>
/// $sandbox = Start-KubeEventSandbox -For deploy/web, postgres/main -KeepKubeconfig
/// Write-KubeEvent Restored 'from 0007' -For postgres/main -Kubeconfig $sandbox.Kubeconfig
/// $sandbox | Stop-KubeEventSandbox
/// </code>
/// <para>Uses a sandbox with objects of your own beside the cluster that is in use.</para>
/// </example>
/// <example>
/// <code>
/// $sandbox = Start-KubeEventSandbox
/// $sandbox.FailWrites(2, 503)
/// $sandbox.Objects[0] | Write-KubeEvent BackupCompleted 'saved' -Verbose
/// $sandbox | Stop-KubeEventSandbox
/// </code>
/// <para>Shows what happens when the API server fails twice: the event is recorded at the third try.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Start, "KubeEventSandbox", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low, HelpUri = HelpPage.Root + "Start-KubeEventSandbox.md")]
[OutputType(typeof(KubeEventSandbox))]
public sealed class StartKubeEventSandboxCommand : PSCmdlet
{
    private static readonly string[] DemoObjects = ["redis/my-op-redis", "devbox/my-devbox", "terminal/my-terminal"];

    /// <summary>
    /// Objects to store: kind/name, or objects with apiVersion, kind and metadata.name, CustomResourceDefinitions among them. What is not there yet is
    /// defined or created: their kinds (one that nobody knows in the group example.com), their namespaces. Default: redis/my-op-redis, devbox/my-devbox
    /// and terminal/my-terminal; @() for none.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNull]
    [AllowEmptyCollection]
    public PSObject[]? For { get; set; }

    /// <summary>Leaves the environment variable KUBECONFIG alone: the sandbox is reached with -Kubeconfig. So several can run at once.</summary>
    [Parameter]
    public SwitchParameter KeepKubeconfig { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!ShouldProcess("this process", "Start a sandbox"))
            return;
        try
        {
            var objects = For?.Select(Text).ToArray() ?? DemoObjects;
            WriteObject(ModuleState.Sandboxes.Start(objects, !KeepKubeconfig, Runspace.DefaultRunspace?.InstanceId));
        }
        catch (ArgumentException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, ErrorId.ArgumentNotValid, ErrorCategory.InvalidArgument, For));
        }
        catch (InvalidOperationException error)
        {
            ThrowTerminatingError(new ErrorRecord(error, ErrorId.SandboxRunning, ErrorCategory.ResourceExists, ModuleState.Sandboxes.Default));
        }
    }

    private string Text(PSObject given) => given.BaseObject as string
        ?? (string)InvokeCommand.InvokeScript(false, ScriptBlock.Create("ConvertTo-Json -InputObject $args[0] -Depth 100 -Compress"), null, given)[0].BaseObject;
}
