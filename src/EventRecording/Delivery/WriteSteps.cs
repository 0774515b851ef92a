using EventRecording.Correlation;

namespace EventRecording.Delivery;

/// <summary>What one try of a write went through so far.</summary>
internal sealed class WriteSteps(SeriesWrite write, ServerCopy server, RequestSlot slot)
{
    public SeriesWrite Write { get; } = write;

    public ServerCopy Server { get; } = server;

    public RequestSlot Slot { get; } = slot;

    public int Conflicts { get; set; }

    public int RefusedPatches { get; set; }

    public bool TriedOtherGroup { get; set; }
}
