using System.Management.Automation;

namespace EventRecording.PowerShell;

/// <summary>What the cmdlets share that write events into a file: what goes wrong with it ends them.</summary>
public abstract class FileWritingCmdlet : PSCmdlet, IDisposable
{
    private protected FileWritingCmdlet()
    {
    }

    /// <summary>The file.</summary>
    public abstract string Path { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End);

    private protected abstract void Begin();

    private protected abstract void Process();

    private protected abstract void End();

    /// <summary>Lets go of the file, also of one that is not complete.</summary>
    private protected abstract void Close();

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ThrowTerminatingError(new ErrorRecord(e, ErrorId.FileNotWritten, ErrorCategory.WriteError, Path));
        }
        catch (ArgumentException e)
        {
            ThrowTerminatingError(new ErrorRecord(e, ErrorId.ArgumentNotValid, ErrorCategory.InvalidArgument, Path));
        }
    }
}
