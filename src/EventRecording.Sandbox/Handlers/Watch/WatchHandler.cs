namespace EventRecording.Sandbox;

/// <summary>Answers watch (transcripts <c>watch</c> and <c>stale</c>).</summary>
internal sealed class WatchHandler(ObjectStore store, SandboxOptions options)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    public ApiResponse Watch(ApiRequest request, Resource resource, Representation representation)
    {
        var list = ListOptions.Parse(request.Query, resource.Strategy, watch: true, options.Rules);
        var frames = representation == Representation.Table
            ? new FrameWriter(resource, new TableFrames(resource, request.Query["includeObject"], options.TimeProvider))
            : new FrameWriter(resource, null);
        var stream = new WatchStream(
            list,
            resource.KeyPrefix(request.Info.Namespace),
            frames,
            options.TimeProvider,
            list.Timeout ?? DefaultTimeout,
            list.AllowBookmarks ? options.BookmarkInterval : null);
        return new ApiResponse { StatusCode = 200, Stream = Begin(list, stream) };
    }

    private IAsyncEnumerable<ReadOnlyMemory<byte>> Begin(ListOptions list, WatchStream stream)
    {
        var fromNow = list.Version is not > 0;
        if (list.SendInitialEvents || fromNow)
            return stream.FollowWithInitial(store.Last, list.SendInitialEvents);
        if (store.At(list.Version!.Value) is { } start)
            return stream.Follow(start, list.Version.Value);
        return options.CompactedWatch == CompactedWatch.Close ? WatchStream.Nothing() : stream.Expired();
    }
}
