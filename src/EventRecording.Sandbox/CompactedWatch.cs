namespace EventRecording.Sandbox;

/// <summary>What a watch from a compacted version gets.</summary>
public enum CompactedWatch
{
    /// <summary>200 and an ERROR frame with the code 410 (transcript <c>stale</c>).</summary>
    ErrorFrame,

    /// <summary>200 and the end, without a frame, as has been seen elsewhere.</summary>
    Close,
}
