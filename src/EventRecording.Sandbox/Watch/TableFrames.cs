using System.Text.Json.Nodes;
using EventRecording.Sandbox.Resources;
using EventRecording.Sandbox.Store;
using EventRecording.Sandbox.Table;

namespace EventRecording.Sandbox.Watch;

/// <summary>The objects of a watch as tables, for <c>kubectl get -w</c>.</summary>
internal sealed class TableFrames(Resource resource, string includeObject, TimeProvider time)
{
    private bool _columnsSent;

    public JsonObject Frame(StoredObject stored)
    {
        var frame = TableWriter.Frame(resource, stored, includeObject, time.GetUtcNow(), withColumns: !_columnsSent);
        _columnsSent = true;
        return frame;
    }
}
