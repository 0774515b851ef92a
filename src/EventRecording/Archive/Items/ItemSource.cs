using System.Text;
using System.Text.Json;

namespace EventRecording;

/// <summary>Finds out what a file is by what is in it: a name says nothing about a dump that somebody sends.</summary>
internal static class ItemSource
{
    private const int HeadLength = 64 * 1024;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="yaml">Reads YAML.</param>
    /// <exception cref="InvalidDataException">It is nothing that holds events.</exception>
    public static ItemReader Open(string path, Func<Stream, string, IEnumerable<ArchiveItem>>? yaml)
    {
        RequireFile(path);
        var file = new FileStream(path, new FileStreamOptions
        {
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.SequentialScan,
        });
        try
        {
            var text = new HeadStream(file, HeadLength);
            if (text.Head is [0x1F, 0x8B, ..])
                text = new HeadStream(new GzipInput(text), HeadLength);
            if (text.Head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                text = new HeadStream(FromUtf16(text), HeadLength);
            if (text.Head is [0xEF, 0xBB, 0xBF, ..])
                text.Skip(3);
            return Open(text, path, yaml);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Whoever opens a pipe to read waits for somebody who writes, maybe for ever; to read and write waits for nobody.
    private static void RequireFile(string path)
    {
        var info = new FileInfo(path);
        // A link has a length of its own.
        if (OperatingSystem.IsWindows() || (info.LinkTarget is null && info.Length > 0))
            return;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            _ = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException("It is a pipe or a device, which cannot be read twice: write what comes out of it into a file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may only be read, as on a disk that nobody can write to; what else is wrong with it is told next.
        }
    }

    // As Windows PowerShell writes what is redirected into a file.
    private static Stream FromUtf16(HeadStream text)
    {
        var encoding = text.Head[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
        text.Skip(2);
        return Encoding.CreateTranscodingStream(text, encoding, Encoding.UTF8);
    }

    private static ItemReader Open(HeadStream text, string path, Func<Stream, string, IEnumerable<ArchiveItem>>? yaml)
    {
        var head = text.Head.TrimStart(" \t\r\n"u8);
        return head switch
        {
            [] => new LineReader(text),
            [(byte)'[', ..] => new DocumentReader(text),
            [(byte)'{', ..] => IsDocument(head) ? new DocumentReader(text) : new LineReader(text),
            _ when head.IndexOf("\n{\""u8) >= 0 => new LineReader(text),
            _ when MayBeYaml(head) => yaml is null
                ? throw new InvalidDataException("It may be YAML, which is not read here.")
                : new YamlItemReader(yaml(text, path), text),
            _ => throw new InvalidDataException("It is neither JSON, JSON lines nor YAML."),
        };
    }

    // Of lines, the first one is an object; of a document, it is a part of one, or a list that may have no end within reach.
    private static bool IsDocument(ReadOnlySpan<byte> head)
    {
        var feed = head.IndexOf((byte)'\n');
        if (feed >= 0 && !head[(feed + 1)..].StartsWith("{"u8) && !IsWhole(head[..feed]))
            return true;
        return feed < 0 && IsList(head);
    }

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = JsonStreamBuffer.CreateReader(line);
            return reader.Read() && reader.TrySkip();
        }
        catch (JsonException)
        {
            // A line that is closed is a damaged one; one that goes on is the beginning of a document.
            return line.TrimEnd(" \t\r"u8).EndsWith("}"u8);
        }
    }

    private static bool IsList(ReadOnlySpan<byte> head)
    {
        try
        {
            var reader = JsonStreamBuffer.CreateReader(head, JsonStreamBuffer.NewState());
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("items"u8))
                    return true;
                if (!reader.Read() || !reader.TrySkip())
                    return false;
            }
        }
        catch (JsonException)
        {
            // Whoever reads it tells.
        }

        return false;
    }

    private static bool MayBeYaml(ReadOnlySpan<byte> head)
    {
        var line = head.IndexOf((byte)'\n') is >= 0 and var feed ? head[..feed] : head;
        return line[0] is (byte)'#' or (byte)'-' or (byte)'%' || (line.IndexOf((byte)':') > 0 && !line.Contains((byte)0));
    }
}
