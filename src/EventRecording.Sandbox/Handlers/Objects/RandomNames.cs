namespace EventRecording.Sandbox;

/// <summary>Uids and generated names from one source of randomness, which tests choose.</summary>
internal sealed class RandomNames(Random random)
{
    /// <summary>No vowels and nothing that looks like another letter, so that no words come out.</summary>
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    public string Uid()
    {
        var bytes = new byte[16];
        lock (random)
            random.NextBytes(bytes);
        bytes[7] = (byte)(bytes[7] & 0x0F | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes).ToString();
    }

    /// <summary>The name that the server makes of <c>generateName</c>.</summary>
    public string Generate(string prefix)
    {
        var letters = new char[5];
        lock (random)
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = Letters[random.Next(Letters.Length)];
        }
        return string.Concat(prefix.Length > 58 ? prefix[..58] : prefix, new string(letters));
    }
}
