using EventRecording.Tests.Support;

namespace EventRecording.Tests.Delivery;

/// <summary>A sink that answers as <see cref="IEventSink"/> documents it, and in no other way as a kube-apiserver.</summary>
public class DocumentedSinkTests
{
    public static TheoryData<string> PlainErrors => ["invalid", "io", "timeout", "cancelled", "store"];

    [Fact]
    public async Task A_409_without_a_reason_is_a_name_that_is_taken()
    {
        await using var before = new TestRecorder();
        await before.RecordAsync();
        await using var test = new TestRecorder(sink: new TersePlace(before.Sink.Server));

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Counted, 2), (outcome.Kind, outcome.Event!.Count));
        Assert.Equal(2, before.Sink.Event.Count);
    }

    [Fact]
    public async Task A_403_in_its_own_words_is_a_missing_right_if_it_says_so_create()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request is { IsCreate: true, ApiVersion: EventApiVersion.CoreV1 } ? SinkFault.Answer(Forbidden(byRole: true)) : null;

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, EventApiVersion.EventsV1), (outcome.Kind, outcome.Event!.ApiVersion));
        Assert.Single(test.Observer.Notices);
    }

    [Fact]
    public async Task A_403_in_its_own_words_is_a_missing_right_if_it_says_so_patch()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = request => request.IsCreate ? null : SinkFault.Answer(Forbidden(byRole: true));

        await test.RecordAsync();
        var second = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Created, 2), (second.Kind, test.Sink.Server.Events.Count));
        Assert.Single(test.Observer.Warnings);
    }

    [Fact]
    public async Task A_403_that_does_not_say_so_is_a_refusal()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(Forbidden(byRole: false));

        Assert.Equal(EventOutcomeKind.Refused, (await test.RecordAsync()).Kind);
        Assert.Single(test.Sink.Requests);
        Assert.Empty(test.Observer.Notices);
    }

    [Theory]
    [MemberData(nameof(PlainErrors))]
    public async Task Any_other_exception_may_have_been_applied_and_is_looked_for(string kind)
    {
        await using var test = new TestRecorder();
        await test.RecordAsync();
        test.Sink.Next(SinkFault.LostAfterApplying(Plain(kind)));

        var outcome = await test.RecordAsync();

        Assert.Equal((EventOutcomeKind.Counted, 2, 2), (outcome.Kind, outcome.Event!.Count, test.Sink.Event.Count));
        Assert.Equal(2, outcome.Attempts);
        test.AssertAddsUp(2);
    }

    [Theory]
    [MemberData(nameof(PlainErrors))]
    public async Task Any_other_exception_until_the_deadline_leaves_it_unknown(string kind)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(Plain(kind));

        Assert.Equal(EventOutcomeKind.Unknown, (await test.RecordAsync()).Kind);
    }

    [Fact]
    public async Task What_was_not_sent_until_the_deadline_has_failed()
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(new EventStoreException("no way") { WasNotSent = true });

        var outcome = await test.RecordAsync();

        Assert.Equal(EventOutcomeKind.Failed, outcome.Kind);
        Assert.True(outcome.Attempts > 5, $"{outcome.Attempts}");
        Assert.DoesNotContain(test.Sink.Requests, request => request.IsRead);
    }

    [Theory]
    [InlineData(true, EventOutcomeKind.Failed)]
    [InlineData(false, EventOutcomeKind.Unknown)]
    public async Task What_does_not_pass_is_not_tried_again(bool wasNotSent, EventOutcomeKind expected)
    {
        await using var test = new TestRecorder();
        test.Sink.Fault = _ => SinkFault.Answer(new EventStoreException("never") { WasNotSent = wasNotSent, IsTransient = false });

        var outcome = await test.RecordAsync();

        Assert.Equal((expected, 1), (outcome.Kind, outcome.Attempts));
    }

    [Fact]
    public async Task A_server_that_is_starting_has_applied_nothing()
    {
        await using var test = new TestRecorder();
        test.Sink.Next(SinkFault.Answer(new KubernetesApiException(new KubernetesStatus { Code = 503, IsStarting = true, Message = "not yet" })));

        Assert.Equal((EventOutcomeKind.Created, 2), ((await test.RecordAsync()).Kind, test.Sink.Requests.Count));
        Assert.All(test.Sink.Requests, request => Assert.True(request.IsCreate));
    }

    private static KubernetesApiException Forbidden(bool byRole) =>
        new(new KubernetesStatus { Code = 403, Message = "your role does not go that far", IsForbiddenByRole = byRole });

    private static Exception Plain(string kind) => kind switch
    {
        "invalid" => new InvalidOperationException("odd"),
        "io" => new IOException("cut"),
        "timeout" => new TimeoutException("late"),
        "cancelled" => new OperationCanceledException(),
        _ => new EventStoreException("no answer"),
    };

    /// <summary>Answers with codes only.</summary>
    private sealed class TersePlace(IEventSink inner) : IEventSink
    {
        public ValueTask<KubeEvent> CreateAsync(KubeEvent kubeEvent, CancellationToken cancellationToken) => TerselyAsync(() => inner.CreateAsync(kubeEvent, cancellationToken));

        public ValueTask<KubeEvent> PatchAsync(EventPatch patch, CancellationToken cancellationToken) => TerselyAsync(() => inner.PatchAsync(patch, cancellationToken));

        private static async ValueTask<KubeEvent> TerselyAsync(Func<ValueTask<KubeEvent>> send)
        {
            try
            {
                return await send();
            }
            catch (KubernetesApiException error)
            {
                throw new KubernetesApiException(new KubernetesStatus { Code = error.Status.Code });
            }
        }
    }
}
