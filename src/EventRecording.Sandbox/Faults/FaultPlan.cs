namespace EventRecording.Sandbox;

/// <summary>
/// Which requests go wrong, and how. Rules are asked in their order; the first
/// that fires takes the request, and later ones do not see it.
/// </summary>
public sealed class FaultPlan
{
    private readonly object _gate = new();
    private readonly List<Rule> _rules = [];

    /// <summary>The next request, or the next that fits; once. Several such rules follow each other.</summary>
    public FaultPlan Next(Fault fault, Func<SandboxRequest, bool>? when = null) => Nth(1, fault, when);

    /// <summary>The n-th request that fits, counted from now; once.</summary>
    public FaultPlan Nth(int number, Fault fault, Func<SandboxRequest, bool>? when = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return Add(fault, when, seen => seen == number, once: true);
    }

    /// <summary>Every n-th request that fits.</summary>
    public FaultPlan Every(int number, Fault fault, Func<SandboxRequest, bool>? when = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return Add(fault, when, seen => seen % number == 0, once: false);
    }

    /// <summary>Every request that fits, until <see cref="Clear"/>.</summary>
    public FaultPlan Always(Fault fault, Func<SandboxRequest, bool>? when = null) => Every(1, fault, when);

    /// <summary>Requests that fit, at random, the same ones for the same seed.</summary>
    /// <param name="probability">From 0 to 1.</param>
    /// <param name="seed">Seed of the choice; name it in the message of a test that fails.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="when">Which requests fit; all by default.</param>
    public FaultPlan Sometimes(double probability, int seed, Fault fault, Func<SandboxRequest, bool>? when = null)
    {
        var random = new Random(seed);
        return Add(fault, when, _ => random.NextDouble() < probability, once: false);
    }

    /// <summary>From now on nothing goes wrong.</summary>
    public void Clear()
    {
        lock (_gate)
            _rules.Clear();
    }

    internal Fault? Choose(SandboxRequest request)
    {
        lock (_gate)
        {
            foreach (var rule in _rules)
            {
                if (rule.When is not null && !rule.When(request) || !rule.Fires(++rule.Seen))
                    continue;
                if (rule.Once)
                    _rules.Remove(rule);
                return rule.Fault;
            }
            return null;
        }
    }

    private FaultPlan Add(Fault fault, Func<SandboxRequest, bool>? when, Func<int, bool> fires, bool once)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
            _rules.Add(new Rule(fault, when, fires, once));
        return this;
    }

    private sealed class Rule(Fault fault, Func<SandboxRequest, bool>? when, Func<int, bool> fires, bool once)
    {
        public Fault Fault { get; } = fault;

        public Func<SandboxRequest, bool>? When { get; } = when;

        public Func<int, bool> Fires { get; } = fires;

        public bool Once { get; } = once;

        public int Seen { get; set; }
    }
}
