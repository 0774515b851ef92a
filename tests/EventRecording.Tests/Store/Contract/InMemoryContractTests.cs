#pragma warning disable xUnit1003 // The data of a theory is inherited.
using EventRecording.Tests.Support;

namespace EventRecording.Contract;

/// <summary>The sink for people's own tests.</summary>
public sealed class InMemorySinkContractTests : EventSinkContract
{
    private const string NoRights = "In memory there are no users: everybody may do everything.";
    private const string NoRules = "In memory nothing is refused but what has no place: the sandbox has the rules of a server.";
    private const string NoWay = "In memory there is no way to a server: no answer is lost, late or cut on it.";

    protected override Task<ContractStore> OpenAsync(ContractSetup setup)
    {
        var sink = new InMemoryEventSink();
        return Task.FromResult(new ContractStore(sink, new InMemoryEventSource())
        {
            DeleteAsync = _ =>
            {
                sink.Clear();
                return Task.CompletedTask;
            },
            CloseAsync = () => ValueTask.CompletedTask,
        });
    }

    [Theory(Skip = NoRights)]
    public override Task A_right_that_a_role_lacks_is_403_and_told_apart(string verb) => base.A_right_that_a_role_lacks_is_403_and_told_apart(verb);

    [Fact(Skip = NoRules)]
    public override Task A_refusal_of_admission_is_403_and_no_matter_of_a_role() => base.A_refusal_of_admission_is_403_and_no_matter_of_a_role();

    [Fact(Skip = NoRules)]
    public override Task What_is_not_valid_is_422_with_the_fields() => base.What_is_not_valid_is_422_with_the_fields();

    [Fact(Skip = NoRules)]
    public override Task Too_many_requests_tell_when_to_come_back() => base.Too_many_requests_tell_when_to_come_back();

    [Fact(Skip = NoWay)]
    public override Task The_page_of_a_proxy_is_its_code_and_a_text_without_control_characters() => base.The_page_of_a_proxy_is_its_code_and_a_text_without_control_characters();

    [Fact(Skip = NoWay)]
    public override Task Where_nobody_listens_nothing_was_sent() => base.Where_nobody_listens_nothing_was_sent();

    [Theory(Skip = NoWay)]
    public override Task A_lost_answer_leaves_open_whether_the_event_was_written(bool byReset) => base.A_lost_answer_leaves_open_whether_the_event_was_written(byReset);

    [Fact(Skip = NoWay)]
    public override Task A_connection_that_breaks_before_the_answer_leaves_it_open_too() => base.A_connection_that_breaks_before_the_answer_leaves_it_open_too();

    [Fact(Skip = NoWay)]
    public override Task An_answer_that_is_cut_leaves_it_open_too() => base.An_answer_that_is_cut_leaves_it_open_too();

    [Theory(Skip = NoWay)]
    public override Task An_answer_that_is_no_event_leaves_it_open_too(string body) => base.An_answer_that_is_no_event_leaves_it_open_too(body);

    [Theory(Skip = NoWay)]
    public override Task A_server_that_does_not_answer_in_time_is_no_cancellation(bool withinTheBody) => base.A_server_that_does_not_answer_in_time_is_no_cancellation(withinTheBody);

    [Theory(Skip = NoWay)]
    public override Task Who_cancels_is_free_at_once(bool withinTheBody) => base.Who_cancels_is_free_at_once(withinTheBody);
}

/// <summary>The source that the tests of watching use, so that they are about what a server does.</summary>
public sealed class InMemorySourceContractTests : EventSourceContract
{
    private const string NoRights = "In memory there are no users: everybody may do everything.";
    private const string NoWay = "In memory there is no way to a server: nothing is late or cut on it.";

    protected override Task<ContractStore> OpenAsync(ContractSetup setup)
    {
        var source = new InMemoryEventSource
        {
            Gone = setup.TooOld switch { TooOld.Status => GoneAnswer.Status, TooOld.EndWithoutFrame => GoneAnswer.Close, _ => GoneAnswer.Frame },
        };
        return Task.FromResult(new ContractStore(new WritingSink(source), source)
        {
            DeleteAsync = kubeEvent =>
            {
                source.Delete(kubeEvent);
                return Task.CompletedTask;
            },
            Compact = source.Compact,
            CloseAsync = () => ValueTask.CompletedTask,
        });
    }

    [Fact(Skip = "It sends no bookmarks by itself: WatchHistoryTests says when it does.")]
    public override Task A_bookmark_has_a_version_and_no_event() => base.A_bookmark_has_a_version_and_no_event();

    [Fact(Skip = "It knows no time: WatchHistoryTests says when a watch ends.")]
    public override Task A_watch_ends_when_its_time_is_over() => base.A_watch_ends_when_its_time_is_over();

    [Fact(Skip = "It is a server of whatever group is asked for.")]
    public override Task Another_group_than_the_two_is_an_error() => base.Another_group_than_the_two_is_an_error();

    [Theory(Skip = NoWay)]
    public override Task A_watch_that_is_cut_has_its_whole_frames_and_then_an_error(int line, bool byReset) => base.A_watch_that_is_cut_has_its_whole_frames_and_then_an_error(line, byReset);

    [Fact(Skip = NoWay)]
    public override Task Who_cancels_a_list_that_stalls_is_free_at_once() => base.Who_cancels_a_list_that_stalls_is_free_at_once();

    [Fact(Skip = NoWay)]
    public override Task A_list_that_does_not_come_in_time_is_no_cancellation() => base.A_list_that_does_not_come_in_time_is_no_cancellation();

    [Fact(Skip = NoWay)]
    public override Task A_watch_that_is_refused_was_never_open() => base.A_watch_that_is_refused_was_never_open();

    [Fact(Skip = NoWay)]
    public override Task Half_a_list_is_an_error() => base.Half_a_list_is_an_error();

    [Fact(Skip = NoWay)]
    public override Task Where_nobody_listens_nothing_was_sent() => base.Where_nobody_listens_nothing_was_sent();

    [Fact(Skip = NoRights)]
    public override Task A_right_that_a_role_lacks_is_403_and_told_apart() => base.A_right_that_a_role_lacks_is_403_and_told_apart();

    [Fact(Skip = NoWay)]
    public override Task The_page_of_a_proxy_is_its_code() => base.The_page_of_a_proxy_is_its_code();

    private sealed class WritingSink(InMemoryEventSource source) : IEventSink
    {
        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) => new(source.Write(kubeEvent));

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) =>
            new(source.Write(source.Stored.Single(stored => stored.Namespace == patch.Namespace && stored.Name == patch.Name) with { CoreCount = patch.Count }));
    }
}
