namespace EventRecording.Tests.Support;

/// <summary>Seeded randomness that several threads may ask at once, as a broadcaster's does.</summary>
internal sealed class LockedRandom(int seed) : Random
{
    private readonly Random _random = new(seed);

    public override double NextDouble()
    {
        lock (_random)
            return _random.NextDouble();
    }

    public override long NextInt64()
    {
        lock (_random)
            return _random.NextInt64();
    }

    public override int Next(int maxValue)
    {
        lock (_random)
            return _random.Next(maxValue);
    }
}
