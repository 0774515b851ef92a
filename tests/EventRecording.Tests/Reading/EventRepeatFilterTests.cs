using System.Runtime.CompilerServices;
using EventRecording.Tests.Support;

namespace EventRecording.Tests.Reading;

public class EventRepeatFilterTests
{
    private static readonly KubeEvent BackOff = SampleEvents.ScaledUp with { Uid = "1", Type = EventType.Warning, Reason = "BackOff", CoreCount = 1 };
    private static readonly KubeEvent Other = BackOff with { Uid = "2", Name = "my-op-redis.2" };
    private readonly EventRepeatFilter _filter = new(Minutes(15));

    [Fact]
    public void A_thing_is_told_once_and_again_at_the_end_of_a_period_in_which_it_went_on()
    {
        Assert.Equal(1, See(BackOff, 0));
        Assert.Null(See(BackOff with { CoreCount = 4 }, 5, EventChange.Modified));
        Assert.Null(See(Other with { Message = "took 3.1 s", CoreCount = 2 }, 10));
        Assert.Empty(Due(14));
        Assert.Equal([5], Due(15));
        Assert.Null(See(BackOff with { CoreCount = 5 }, 16, EventChange.Modified));
        Assert.Equal([1], Due(30));
    }

    [Fact]
    public void A_thing_that_did_not_go_on_is_forgotten_and_told_as_a_new_one()
    {
        Assert.Equal(1, See(BackOff, 0));
        Assert.Empty(Due(15));
        Assert.Null(_filter.NextEnd);
        Assert.Equal(1, See(BackOff with { CoreCount = 2 }, 20, EventChange.Modified));
    }

    [Fact]
    public void Of_more_things_than_can_be_remembered_the_oldest_is_told_early_and_forgotten()
    {
        Assert.Equal(1, See(BackOff, 0));
        Assert.Null(See(BackOff with { CoreCount = 3 }, 1, EventChange.Modified));
        for (var i = 0; i < 65_535; i++)
            Assert.Equal(1, See(On($"pod-{i}"), 2));
        Assert.Equal(Minutes(15), _filter.NextEnd);

        Assert.Equal(1, See(On("one-more"), 3));
        Assert.Equal(TimeSpan.Zero, _filter.NextEnd);
        Assert.Equal([2], Due(3));
        Assert.Equal(Minutes(17), _filter.NextEnd);
        Assert.Equal(1, See(BackOff with { CoreCount = 4 }, 4, EventChange.Modified));

        static KubeEvent On(string pod) => BackOff with { Uid = pod, Name = pod, InvolvedObject = BackOff.InvolvedObject with { Name = pod } };
    }

    [Fact]
    public void What_happens_less_often_than_asked_for_is_never_told_and_what_is_counted_up_is_told_when_it_is_enough()
    {
        var filter = new EventRepeatFilter(Minutes(15), 5);
        Assert.Null(filter.See(new WatchedEvent(EventChange.Added, BackOff with { CoreCount = 4 }), Minutes(0)));
        Assert.Empty(filter.Due(Minutes(15)));
        Assert.Null(filter.See(new WatchedEvent(EventChange.Added, Other with { CoreCount = 4 }), Minutes(16)));
        Assert.Equal(5, filter.See(new WatchedEvent(EventChange.Modified, Other with { CoreCount = 5 }), Minutes(17))!.SinceLast);
        Assert.Null(filter.See(new WatchedEvent(EventChange.Modified, Other with { CoreCount = 9 }), Minutes(18)));
        Assert.Empty(filter.Due(Minutes(32)));
    }

    [Fact]
    public void What_an_event_counted_before_the_watch_counts_for_nothing()
    {
        Assert.Equal(1, See(BackOff with { CoreCount = 100 }, 0, EventChange.Modified));
        Assert.Null(See(BackOff with { CoreCount = 103 }, 1, EventChange.Modified));
        Assert.Equal([3], _filter.Rest().Select(it => it.SinceLast));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, null)]
    public void Of_an_event_that_is_counted_up_in_jumps_each_counts_for_what_it_adds_however_rare_they_are(int minCount, int? first)
    {
        var filter = new EventRepeatFilter(Minutes(2), minCount);
        Assert.Equal(first, filter.See(new WatchedEvent(EventChange.Added, BackOff with { CoreCount = 3 }), Minutes(0))?.SinceLast);
        for (var jump = 1; jump < 5; jump++)
        {
            Assert.Empty(filter.Due(Minutes((5 * jump) - 1)));
            Assert.Equal(20, filter.See(new WatchedEvent(EventChange.Modified, BackOff with { CoreCount = 3 + (20 * jump) }), Minutes(5 * jump))?.SinceLast);
        }
    }

    [Fact]
    public void Of_what_was_there_and_is_not_told_only_what_it_is_counted_up_by_happened()
    {
        var filter = new EventRepeatFilter(Minutes(15), 5);
        filter.Ignore(BackOff with { CoreCount = 10 });
        Assert.Null(filter.NextEnd);
        Assert.Null(filter.See(new WatchedEvent(EventChange.Modified, BackOff with { CoreCount = 14 }), Minutes(60)));
        Assert.Equal(6, filter.See(new WatchedEvent(EventChange.Modified, BackOff with { CoreCount = 16 }), Minutes(61))!.SinceLast);
    }

    [Fact]
    public void An_event_that_expired_and_is_made_anew_goes_on_from_what_it_counted_and_one_that_begins_anew_does_not()
    {
        Assert.Equal(40, See(BackOff with { CoreCount = 40 }, 0));
        Assert.Empty(Due(15));
        Assert.Null(See(BackOff with { CoreCount = 40 }, 60, EventChange.Deleted));
        Assert.Equal(2, See(BackOff with { Uid = "2", CoreCount = 42 }, 70));
        Assert.Empty(Due(85));
        Assert.Equal(50, See(BackOff with { Uid = "3", CoreCount = 50, FirstTimestamp = BackOff.FirstTimestamp!.Value.AddMinutes(90) }, 90));
        Assert.Empty(Due(105));
        Assert.Equal(3, See(BackOff with { Uid = "4", CoreCount = 3 }, 110));
    }

    [Fact]
    public void A_step_that_counts_nothing_up_is_no_repetition()
    {
        Assert.Equal(1, See(BackOff, 0));
        Assert.Null(See(BackOff with { Annotations = new Dictionary<string, string> { ["a"] = "b" } }, 1, EventChange.Modified));
        Assert.Empty(Due(15));
    }

    [Fact]
    public void A_deletion_is_no_repetition()
    {
        Assert.Null(See(BackOff with { CoreCount = 250 }, 0, EventChange.Deleted));
        Assert.Null(_filter.NextEnd);
        Assert.Equal(1, See(BackOff, 1));
        Assert.Null(See(BackOff with { CoreCount = 250 }, 2, EventChange.Deleted));
        Assert.Empty(Due(16));
    }

    [Fact]
    public void Of_a_thing_that_goes_on_only_so_many_events_are_remembered()
    {
        var events = SeeNewEvents(70_000);

        GC.Collect();

        Assert.InRange(events.Count(it => it.IsAlive), 65_536, 65_537);
        GC.KeepAlive(_filter);
    }

    [Fact]
    public void Another_object_reason_type_source_or_context_is_another_thing()
    {
        KubeEvent[] others =
        [
            BackOff, BackOff with { Reason = "Failed" }, BackOff with { Type = EventType.Normal }, BackOff with { SourceComponent = "kubelet" },
            BackOff with { Context = "prod" }, BackOff with { InvolvedObject = SampleEvents.Redis with { Namespace = "elsewhere" } },
        ];
        Assert.All(others.Select((it, number) => it with { Name = $"my-op-redis.{number}" }), it => Assert.Equal(1, See(it, 0)));
    }

    [Fact]
    public void The_sum_of_what_is_told_is_what_happened()
    {
        var random = new Random(11);
        var (told, count) = (0, 0);
        for (var minute = 0; minute < 500; minute++)
        {
            told += _filter.Due(Minutes(minute)).Sum(it => it.SinceLast);
            if (random.Next(3) == 0)
            {
                minute += random.Next(40);
                continue;
            }

            count += random.Next(1, 9);
            told += See(BackOff with { CoreCount = count }, minute, count == told ? EventChange.Added : EventChange.Modified) ?? 0;
        }

        Assert.Equal(count, told + _filter.Rest().Sum(it => it.SinceLast));
    }

    [Fact]
    public void Periods_and_counts_of_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventRepeatFilter(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventRepeatFilter(Minutes(1), 0));
    }

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private int? See(KubeEvent item, int minute, EventChange change = EventChange.Added) => _filter.See(new WatchedEvent(change, item), Minutes(minute))?.SinceLast;

    private IEnumerable<int> Due(int minute) => _filter.Due(Minutes(minute)).Select(it => it.SinceLast);

    // A frame of its own, so that nothing but the filter holds an event.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private List<WeakReference> SeeNewEvents(int number)
    {
        var events = new List<WeakReference>();
        for (var minute = 0; minute < number; minute++)
        {
            var name = $"my-op-redis.{minute}";
            See(BackOff with { Name = name }, minute);
            events.Add(new WeakReference(name));
            _filter.Due(Minutes(minute));
        }

        return events;
    }
}
