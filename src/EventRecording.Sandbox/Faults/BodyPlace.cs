namespace EventRecording.Sandbox;

/// <summary>Where in the body of an answer something happens.</summary>
internal sealed record BodyPlace(int Bytes, int Line)
{
    public static BodyPlace AfterBytes(int bytes) => new(bytes, 0);

    public static BodyPlace MiddleOfLine(int line) => new(0, line);

    /// <summary>Finds the place while the body goes by.</summary>
    public BodyCutter Cutter() => new(this);
}

/// <summary>Lets a body through up to a place.</summary>
internal sealed class BodyCutter(BodyPlace place)
{
    private int _bytesLeft = place.Bytes;
    private int _linesLeft = place.Line - 1;

    /// <summary>True once the place is reached: nothing after it may pass.</summary>
    public bool IsReached { get; private set; }

    /// <summary>What may pass of the next part of the body.</summary>
    public ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> part)
    {
        if (IsReached)
            return default;
        var length = place.Line > 0 ? UpToMiddleOfLine(part.Span) : UpToByte(part.Length);
        return part[..length];
    }

    private int UpToByte(int available)
    {
        var length = Math.Min(_bytesLeft, available);
        _bytesLeft -= length;
        IsReached = _bytesLeft == 0;
        return length;
    }

    private int UpToMiddleOfLine(ReadOnlySpan<byte> part)
    {
        var at = 0;
        while (_linesLeft > 0)
        {
            var end = part[at..].IndexOf((byte)'\n');
            if (end < 0)
                return part.Length;
            at += end + 1;
            _linesLeft--;
        }
        if (at == part.Length)
            return at;
        var line = part[at..].IndexOf((byte)'\n');
        IsReached = true;
        return at + (line < 0 ? part.Length - at : line) / 2;
    }
}
