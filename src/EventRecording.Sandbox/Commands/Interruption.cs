using System.Runtime.InteropServices;

namespace EventRecording.Sandbox;

/// <summary>Waits until somebody ends the program.</summary>
internal static class Interruption
{
    /// <summary>Completes at Ctrl+C or SIGTERM, which then do not end the process at once.</summary>
    public static async Task WaitAsync()
    {
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupted.TrySetResult();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await interrupted.Task.ConfigureAwait(false);
    }
}
