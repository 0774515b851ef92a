using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventRecording.Cluster;

/// <summary>Answers of JSON that are read as a whole.</summary>
internal static class JsonAnswer
{
    // Custom resources nest deeper than the parser's default of 64.
    private static readonly JsonDocumentOptions DeepJson = new() { MaxDepth = 512 };

    /// <summary>What is wanted of an answer; all of it, since only reading shows what is wrong with it.</summary>
    public static async ValueTask<T> ReadAsync<T>(Stream stream, long mostBytes, Func<JsonNode, T> read, CancellationToken cancellationToken)
    {
        var whole = new ArrayBufferWriter<byte>(4096);
        int count;
        while ((count = await stream.ReadAsync(whole.GetMemory(1), cancellationToken).ConfigureAwait(false)) > 0)
        {
            whole.Advance(count);
            if (whole.WrittenCount > mostBytes)
                throw new InvalidDataException($"The answer is larger than {mostBytes} bytes.");
        }

        var json = JsonNode.Parse(whole.WrittenSpan, documentOptions: DeepJson) ?? throw new JsonException("The answer is null.");
        try
        {
            return read(json);
        }
        catch (ArgumentException)
        {
            // Without the inner error, which quotes the field.
            throw new JsonException("A field stands in it twice.");
        }
    }
}
