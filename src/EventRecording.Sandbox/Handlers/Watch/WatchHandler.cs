namespace EventRecording.Sandbox;

/// <summary>Answers watch.</summary>
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
        var (last, version) = (store.Last, list.Version ?? 0);
        if (list.SendInitialEvents is true && version > last.Version)
            return stream.Error(ApiStatus.TooLargeVersion(version, last.Version));
        // Without a version a watch begins with what is there, as if it were new, unless it says that it does not want that.
        if (list.SendInitialEvents ?? version == 0)
            return stream.FollowWithInitial(last, list.SendInitialEvents is true);
        if (version == 0)
            return stream.Follow(last, last.Version);
        if (store.At(version) is { } start)
            return stream.Follow(start, version);
        return options.CompactedWatch == CompactedWatch.Close
            ? WatchStream.Nothing()
            : stream.Error(ApiStatus.Expired("The resourceVersion for the provided watch is too old."));
    }
}
