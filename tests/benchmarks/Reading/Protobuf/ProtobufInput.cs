namespace EventRecording.Benchmarks;

/// <summary>Walks over the fields of a message: variable-length numbers, and lengths with bytes; the API has nothing else in events.</summary>
internal ref struct ProtobufInput(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field at which the input is.</summary>
    public int Field { get; private set; }

    /// <summary>The value of a field that is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a field that is a text or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool Read()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = ReadNumber();
        Field = (int)(tag >> 3);
        Number = ReadNumber();
        switch (tag & 7)
        {
            case 0:
                return true;
            case 2:
                Bytes = _rest[..(int)Number];
                _rest = _rest[(int)Number..];
                return true;
            default:
                throw new InvalidDataException("A field is neither a number nor bytes.");
        }
    }

    private ulong ReadNumber()
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = _rest[0];
            _rest = _rest[1..];
            number |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return number;
        }

        throw new InvalidDataException("A number is longer than 64 bits.");
    }
}
