using System.Runtime.CompilerServices;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

public class ServerCapabilitiesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServerCapabilities _capabilities;

    public ServerCapabilitiesTests() => _capabilities = new ServerCapabilities(new MonotonicClock(_time), new Notifier([], new OutcomeCounters()));

    [Fact]
    public void Namespaces_that_come_and_go_do_not_fill_the_memory()
    {
        var first = LearnOfNamespaces("old", 1_000);
        _time.Advance(ServerCapabilities.RememberedFor);

        LearnOfNamespaces("new", 1);

        GC.Collect();
        Assert.DoesNotContain(first, it => it.IsAlive);
    }

    [Fact]
    public void What_is_still_believed_stays_however_much_it_is()
    {
        LearnOfNamespaces("ns", 3_000);

        Assert.All(Enumerable.Range(0, 3_000), i => Assert.True(_capabilities.CreatesOnly($"ns-{i}", EventApiVersion.CoreV1)));
        Assert.False(_capabilities.CreatesOnly("ns-0", EventApiVersion.EventsV1));
    }

    // A frame of its own, so that nothing but the capabilities holds a namespace.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<WeakReference> LearnOfNamespaces(string name, int number)
    {
        var namespaces = new List<WeakReference>();
        for (var i = 0; i < number; i++)
        {
            var ns = $"{name}-{i}";
            _capabilities.UseCreateOnly(ns, EventApiVersion.CoreV1, "e");
            namespaces.Add(new WeakReference(ns));
        }

        return namespaces;
    }
}
