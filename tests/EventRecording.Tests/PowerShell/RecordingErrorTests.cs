using EventRecording.PowerShell;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.PowerShell;

public class RecordingErrorTests
{
    [Fact]
    public async Task An_object_that_cannot_be_read_is_the_given_one_and_what_was_to_be_recorded_is_said()
    {
        await using var test = new TestRecorder();
        Assert.False(test.Recorder.AnnotatedEventf(new object(), new Dictionary<string, string>(), EventType.Warning, "BackupFailed", "{0} is full", "disk"));

        var error = RecordingError.Of(Assert.Single(test.Observer.Failures));

        Assert.StartsWith("Not recorded on the given object: Warning BackupFailed: disk is full. The object of the type Object has no kind", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Target);
    }
}
