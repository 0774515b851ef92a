using System.Text;
using System.Text.Json;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Store;

public class WatchFrameReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100_000)]
    public async Task The_frames_of_a_real_watch_are_read_however_they_are_cut(int chunk)
    {
        var frames = Transcript.Steps(Transcript.V1_20, "watch")[0].GetProperty("response").GetProperty("frames").EnumerateArray().ToArray();
        var read = await ReadAsync(string.Concat(frames.Select(frame => Compact(frame) + "\n")), chunk);

        Assert.Equal(frames.Select(frame => frame.GetProperty("type").GetString()), read.Select(frame => frame.Type.ToString().ToUpperInvariant()));
        Assert.Equal(
            frames.Select(frame => frame.GetProperty("object").GetProperty("metadata").GetProperty("resourceVersion").GetString()),
            read.Select(frame => frame.ResourceVersion));
        Assert.All(read, frame => Assert.Equal(frame.Type == WatchFrameType.Bookmark, frame.Event is null));
    }

    [Fact]
    public async Task An_error_frame_carries_the_status()
    {
        var frame = Transcript.Steps(Transcript.V1_20, "stale")[0].GetProperty("response").GetProperty("frames")[0];
        var read = Assert.Single(await ReadAsync(Compact(frame), 9));
        Assert.Equal(WatchFrameType.Error, read.Type);
        Assert.Equal((410, "Expired"), (read.Status?.Code, read.Status?.Reason));
        Assert.Null(read.Event);
    }

    [Fact]
    public async Task Values_are_frames_also_without_newlines_and_with_the_object_first()
    {
        var read = await ReadAsync("""{"object":{"metadata":{"resourceVersion":"1"}},"type":"ADDED"}{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2"}}}   """ + "\r\n", 4);
        Assert.Equal([(WatchFrameType.Added, "1"), (WatchFrameType.Bookmark, "2")], read.Select(frame => (frame.Type, frame.ResourceVersion!)));
    }

    [Fact]
    public async Task Half_a_frame_at_the_end_is_a_broken_connection_and_is_never_read()
    {
        var frame = """{"type":"ADDED","object":{"reason":"R","metadata":{"resourceVersion":"1"}}}""";
        for (var length = 1; length < frame.Length; length++)
        {
            using var input = new JsonStreamBuffer(new ChunkedStream(Encoding.UTF8.GetBytes(frame + "\n" + frame[..length]), 16));
            var reader = new WatchFrameReader(input, "v1", new StringPool());
            Assert.Equal("1", (await reader.ReadAsync(default))?.ResourceVersion);
            await Assert.ThrowsAsync<EndOfStreamException>(() => reader.ReadAsync(default).AsTask());
        }
    }

    [Theory]
    [InlineData("""{"type":"NEW","object":{}}""")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":[]}""")]
    [InlineData("""[]""")]
    [InlineData("""7 """)]
    [InlineData("""<html>""")]
    public async Task What_is_no_frame_is_an_error(string json) => await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(json, 3));

    [Fact]
    public async Task An_endless_frame_is_an_error()
    {
        using var input = new JsonStreamBuffer(new ChunkedStream(Encoding.UTF8.GetBytes("{\"type\":\"" + new string('x', 100_000)), 1000), maxValueBytes: 50_000);
        await Assert.ThrowsAsync<InvalidDataException>(() => new WatchFrameReader(input, "v1", new StringPool()).ReadAsync(default).AsTask());
    }

    private static string Compact(JsonElement frame) => JsonSerializer.Serialize(frame);

    private static async Task<List<WatchFrame>> ReadAsync(string text, int chunk)
    {
        using var input = new JsonStreamBuffer(new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk));
        var reader = new WatchFrameReader(input, "v1", new StringPool());
        var frames = new List<WatchFrame>();
        while (await reader.ReadAsync(default) is { } frame)
            frames.Add(frame);
        return frames;
    }
}
