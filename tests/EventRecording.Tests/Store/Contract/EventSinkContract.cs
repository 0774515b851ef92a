using EventRecording.Sandbox;
using static EventRecording.Contract.ContractEvents;

namespace EventRecording.Contract;

/// <summary>What every <see cref="IEventSink"/> does. One class for each implementation says how to make one; what cannot happen to it is overridden with the reason.</summary>
public abstract class EventSinkContract
{
    // Only a hung test takes as long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SoonOver = TimeSpan.FromMilliseconds(300);

    protected abstract Task<ContractStore> OpenAsync(ContractSetup setup);

    private Task<ContractStore> OpenAsync() => OpenAsync(new ContractSetup());

    [Theory]
    [MemberData(nameof(Groups), MemberType = typeof(ContractEvents))]
    public virtual async Task Create_answers_with_the_event_as_it_is_kept(string apiVersion)
    {
        await using var store = await OpenAsync();
        var sent = Event(store, apiVersion: apiVersion);
        var kept = await CreateAsync(store, sent);
        Assert.False(string.IsNullOrEmpty(kept.Uid) || string.IsNullOrEmpty(kept.ResourceVersion));
        AssertSame(sent, kept);
        AssertSame(sent, await ReadAsync(store, sent));
    }

    [Theory]
    [MemberData(nameof(Groups), MemberType = typeof(ContractEvents))]
    public virtual async Task Create_under_a_name_that_is_taken_is_409(string apiVersion)
    {
        await using var store = await OpenAsync();
        var first = await CreateAsync(store, Event(store, apiVersion: apiVersion));
        foreach (var group in (string[])[EventApiVersion.CoreV1, EventApiVersion.EventsV1])
        {
            var error = await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(store, Event(store, apiVersion: group, reason: "Other")));
            Assert.Equal(409, error.Status.Code);
            Assert.Contains(error.Status.Reason, (string[])["AlreadyExists", ""]);
        }

        AssertSame(first, await ReadAsync(store, first));
    }

    [Fact]
    public virtual async Task Names_are_taken_in_one_namespace_only()
    {
        await using var store = await OpenAsync();
        await CreateAsync(store, Event(store));
        var elsewhere = store.Namespace == "default" ? "kube-system" : "default";
        var other = Event(store) with { Namespace = elsewhere, InvolvedObject = Event(store).InvolvedObject with { Namespace = elsewhere } };
        Assert.Equal(elsewhere, (await CreateAsync(store, other)).Namespace);
        await store.DeleteAsync(other);
    }

    [Fact]
    public virtual async Task A_patch_changes_what_it_names_and_leaves_the_rest()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store));
        var patched = await PatchAsync(store, Patch(created) with
        {
            Count = 5,
            FirstTimestamp = Noon.AddMinutes(-1),
            LastTimestamp = Noon.AddMinutes(5),
            Type = EventType.Warning,
            Message = "replicas: 3 -> 5",
            ReportingInstance = "redis-operator-1",
            Labels = new Dictionary<string, string> { ["tier"] = "cache" },
            Annotations = new Dictionary<string, string?> { ["example.com/mark"] = null, ["example.com/new"] = "2" },
        });
        AssertSame(
            created with
            {
                CoreCount = 5,
                FirstTimestamp = Noon.AddMinutes(-1),
                LastTimestamp = Noon.AddMinutes(5),
                Type = EventType.Warning,
                Message = "replicas: 3 -> 5",
                ReportingInstance = "redis-operator-1",
                Labels = new Dictionary<string, string> { ["app"] = "redis", ["for"] = "redis.1", ["tier"] = "cache" },
                Annotations = new Dictionary<string, string> { ["example.com/kept"] = "yes", ["example.com/new"] = "2" },
            },
            patched);
        Assert.NotEqual(created.ResourceVersion, patched.ResourceVersion);
        Assert.Equal(created.Uid, patched.Uid);
    }

    [Fact]
    public virtual async Task A_patch_of_a_series_counts_through_events_k8s_io()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store, apiVersion: EventApiVersion.EventsV1));
        var series = new EventSeries(2, Noon.AddMinutes(1));
        var patched = await PatchAsync(store, Patch(created) with { Series = series });
        Assert.Equal((series, 2, Noon), (patched.Series, patched.Count, patched.FirstSeen));
    }

    [Theory]
    [MemberData(nameof(Groups), MemberType = typeof(ContractEvents))]
    public virtual async Task A_patch_answers_in_its_own_group_whichever_the_event_came_through(string apiVersion)
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store, apiVersion: EventApiVersion.EventsV1));
        var read = await PatchAsync(store, Patch(created) with { ApiVersion = apiVersion });
        Assert.Equal((apiVersion, created.Name, created.Message, created.InvolvedObject), (read.ApiVersion, read.Name, read.Message, read.InvolvedObject));
    }

    [Theory]
    [MemberData(nameof(Groups), MemberType = typeof(ContractEvents))]
    public virtual async Task An_empty_patch_reads_and_changes_nothing(string apiVersion)
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store, apiVersion: apiVersion));
        var read = await PatchAsync(store, Patch(created) with { Labels = new Dictionary<string, string>(), Annotations = new Dictionary<string, string?>() });
        AssertSame(created, read);
        Assert.Equal(created.ResourceVersion, read.ResourceVersion);
    }

    [Fact]
    public virtual async Task A_patch_under_another_version_is_409_and_changes_nothing()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store));
        var counted = await PatchAsync(store, Patch(created) with { Count = 2, ResourceVersion = created.ResourceVersion });
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => PatchAsync(store, Patch(created) with { Count = 9, ResourceVersion = created.ResourceVersion }));
        Assert.Equal(409, error.Status.Code);
        AssertSame(counted, await ReadAsync(store, created));
    }

    [Fact]
    public virtual async Task A_patch_of_an_event_that_is_gone_is_404()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store));
        await store.DeleteAsync(created);
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => ReadAsync(store, created));
        Assert.Equal(404, error.Status.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500_000)]
    [InlineData(123_456)]
    [InlineData(999_999)]
    public virtual async Task Times_of_events_k8s_io_are_kept_to_the_microsecond_a_whole_second_too(int microseconds)
    {
        await using var store = await OpenAsync();
        var time = Noon.AddMicroseconds(microseconds);
        var created = await CreateAsync(store, Event(store, apiVersion: EventApiVersion.EventsV1) with { EventTime = time });
        Assert.Equal(time, created.EventTime);
        var series = new EventSeries(2, time.AddMinutes(1));
        Assert.Equal(series, (await PatchAsync(store, Patch(created) with { Series = series })).Series);
    }

    [Fact]
    public virtual async Task Times_of_core_v1_are_kept_in_whole_seconds()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store) with { FirstTimestamp = Noon.AddMilliseconds(700), LastTimestamp = Noon.AddMilliseconds(999) });
        Assert.Equal((Noon, Noon), (created.FirstTimestamp!.Value, created.LastTimestamp!.Value));
    }

    [Fact]
    public virtual async Task Any_text_is_kept_and_half_a_surrogate_becomes_the_replacement_character()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store) with { Message = "漢字 😀 \"<b>\" \\ \u2028 \u0007 \ud800 end" });
        Assert.Equal("漢字 😀 \"<b>\" \\ \u2028 \u0007 \ufffd end", created.Message);
    }

    [Fact]
    public virtual async Task What_events_k8s_io_cannot_change_is_an_error_and_not_left_out()
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store, apiVersion: EventApiVersion.EventsV1));
        await Assert.ThrowsAsync<ArgumentException>(() => PatchAsync(store, Patch(created) with { Count = 2 }));
    }

    [Fact]
    public virtual async Task Another_group_than_the_two_is_an_error()
    {
        await using var store = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(store, Event(store) with { ApiVersion = "apps/v1" }));
        await Assert.ThrowsAsync<ArgumentException>(() => PatchAsync(store, Patch(Event(store)) with { ApiVersion = "apps/v1" }));
    }

    [Fact]
    public virtual async Task A_request_that_is_cancelled_already_is_not_sent()
    {
        await using var store = await OpenAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => store.Sink.CreateAsync(Event(store), cancelled.Token).AsTask());
        Assert.True(error is OperationCanceledException or EventStoreException { WasNotSent: true }, error.ToString());
        await CreateAsync(store, Event(store));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("patch")]
    public virtual async Task A_right_that_a_role_lacks_is_403_and_told_apart(string verb)
    {
        await using var store = await OpenAsync();
        var created = await CreateAsync(store, Event(store));
        store.User.Rules = [new([verb == "create" ? "patch" : "create"], ["*"], ["*"])];
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => verb == "create" ? CreateAsync(store, Event(store, "redis.2")) : ReadAsync(store, created));
        Assert.Equal((403, true), (error.Status.Code, error.Status.IsForbiddenByRole));
        Assert.Equal((verb, "events", ""), (error.Status.Denial?.Verb, error.Status.Denial?.Resource, error.Status.Denial?.Group));
    }

    [Fact]
    public virtual async Task A_refusal_of_admission_is_403_and_no_matter_of_a_role()
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(Fault.ForbiddenByAdmission("exceeded quota: count"));
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(store, Event(store)));
        Assert.Equal((403, false, "QuotaExceeded"), (error.Status.Code, error.Status.IsForbiddenByRole, Assert.Single(error.Status.Causes).Reason));
    }

    [Fact]
    public virtual async Task What_is_not_valid_is_422_with_the_fields()
    {
        await using var store = await OpenAsync();
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(store, Event(store, apiVersion: EventApiVersion.EventsV1) with { Reason = "" }));
        Assert.Equal(422, error.Status.Code);
        Assert.Contains(error.Status.Causes, cause => cause.Field == "reason");
    }

    [Fact]
    public virtual async Task Too_many_requests_tell_when_to_come_back()
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(Fault.TooManyRequests(TimeSpan.FromSeconds(7)));
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(store, Event(store)));
        Assert.Equal((429, true, TimeSpan.FromSeconds(7)), (error.Status.Code, error.IsTransient, error.Status.RetryAfter));
    }

    [Fact]
    public virtual async Task The_page_of_a_proxy_is_its_code_and_a_text_without_control_characters()
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(Fault.Answer(502, "text/html", "<html><body>Bad \u001b[31mGateway</body></html>"));
        var error = await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(store, Event(store)));
        Assert.Equal((502, true), (error.Status.Code, error.IsTransient));
        Assert.Contains("Bad", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Fact]
    public virtual async Task Where_nobody_listens_nothing_was_sent()
    {
        await using var store = await OpenAsync();
        store.Server.RefuseConnections();
        store.Server.Faults.Always(Fault.Refuse());
        var error = await Assert.ThrowsAnyAsync<EventStoreException>(() => CreateAsync(store, Event(store)));
        Assert.Equal((true, true), (error.WasNotSent, error.IsTransient));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task A_lost_answer_leaves_open_whether_the_event_was_written(bool byReset)
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(byReset ? Fault.LoseAnswerByReset() : Fault.LoseAnswer());
        var error = await Assert.ThrowsAnyAsync<EventStoreException>(() => CreateAsync(store, Event(store)));
        Assert.Equal((false, true), (error.WasNotSent, error.IsTransient));
        AssertSame(Event(store), await ReadAsync(store, Event(store)));
        Assert.Equal(409, (await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(store, Event(store)))).Status.Code);
    }

    [Fact]
    public virtual async Task A_connection_that_breaks_before_the_answer_leaves_it_open_too()
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Always(Fault.Reset());
        var error = await Assert.ThrowsAnyAsync<EventStoreException>(() => CreateAsync(store, Event(store)));
        Assert.Equal((false, true), (error.WasNotSent, error.IsTransient));
    }

    [Fact]
    public virtual async Task An_answer_that_is_cut_leaves_it_open_too()
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(Fault.CutBody(100));
        Assert.False((await Assert.ThrowsAnyAsync<EventStoreException>(() => CreateAsync(store, Event(store)))).WasNotSent);
        AssertSame(Event(store), await ReadAsync(store, Event(store)));
    }

    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("[]")]
    [InlineData("")]
    public virtual async Task An_answer_that_is_no_event_leaves_it_open_too(string body)
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(Fault.Answer(201, "application/json", body));
        Assert.False((await Assert.ThrowsAnyAsync<EventStoreException>(() => CreateAsync(store, Event(store)))).WasNotSent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task A_server_that_does_not_answer_in_time_is_no_cancellation(bool withinTheBody)
    {
        await using var store = await OpenAsync(new ContractSetup { RequestTimeout = SoonOver });
        store.Server.Faults.Next(withinTheBody ? Fault.StallBody(100) : Fault.HangAfterApplying());
        var error = await Assert.ThrowsAnyAsync<EventStoreException>(() => CreateAsync(store, Event(store)).WaitAsync(Patience));
        Assert.Equal((false, true), (error.WasNotSent, error.IsTransient));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public virtual async Task Who_cancels_is_free_at_once(bool withinTheBody)
    {
        await using var store = await OpenAsync();
        store.Server.Faults.Next(withinTheBody ? Fault.StallBody(100) : Fault.Hang());
        using var cancellation = new CancellationTokenSource();
        var create = store.Sink.CreateAsync(Event(store), cancellation.Token).AsTask();
        await Until(() => store.Server.Count("create") == 1);
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => create.WaitAsync(Patience));
        Assert.True(error is OperationCanceledException or EventStoreException { WasNotSent: false }, error.ToString());
    }

    private static Task<KubeEvent> CreateAsync(ContractStore store, KubeEvent kubeEvent) => store.Sink.CreateAsync(kubeEvent, default).AsTask();

    private static Task<KubeEvent> PatchAsync(ContractStore store, EventPatch patch) => store.Sink.PatchAsync(patch, default).AsTask();

    private static Task<KubeEvent> ReadAsync(ContractStore store, KubeEvent kubeEvent) => PatchAsync(store, Patch(kubeEvent));

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>The same but for what the store adds.</summary>
    private static void AssertSame(KubeEvent expected, KubeEvent kept)
    {
        Assert.Equal(expected.Labels.OrderBy(label => label.Key), kept.Labels.OrderBy(label => label.Key));
        Assert.Equal(expected.Annotations.OrderBy(annotation => annotation.Key), kept.Annotations.OrderBy(annotation => annotation.Key));
        Assert.Equal(
            expected with { Uid = kept.Uid, ResourceVersion = kept.ResourceVersion, CreationTimestamp = kept.CreationTimestamp, Labels = kept.Labels, Annotations = kept.Annotations },
            kept);
    }
}
