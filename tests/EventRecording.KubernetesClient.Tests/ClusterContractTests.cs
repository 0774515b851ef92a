#if CLUSTER
#pragma warning disable xUnit1003 // The data of a theory is inherited.
using System.Net;
using EventRecording.Contract;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EventRecording.KubernetesClient.Tests;

/// <summary>The contract against the cluster whose kubeconfig the environment names in EVENTRECORDING_CONTRACT_KUBECONFIG, in a namespace of its own for each test.</summary>
public sealed class ClusterSinkContractTests : EventSinkContract
{
    private const string NoFault = "Nothing goes wrong with a real cluster when a test wants it.";

    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => RealClusterStore.OpenAsync();

    [Theory(Skip = NoFault)]
    public override Task A_right_that_a_role_lacks_is_403_and_told_apart(string verb) => base.A_right_that_a_role_lacks_is_403_and_told_apart(verb);

    [Fact(Skip = NoFault)]
    public override Task A_refusal_of_admission_is_403_and_no_matter_of_a_role() => base.A_refusal_of_admission_is_403_and_no_matter_of_a_role();

    [Fact(Skip = NoFault)]
    public override Task Too_many_requests_tell_when_to_come_back() => base.Too_many_requests_tell_when_to_come_back();

    [Fact(Skip = NoFault)]
    public override Task The_page_of_a_proxy_is_its_code_and_a_text_without_control_characters() => base.The_page_of_a_proxy_is_its_code_and_a_text_without_control_characters();

    [Fact(Skip = NoFault)]
    public override Task Where_nobody_listens_nothing_was_sent() => base.Where_nobody_listens_nothing_was_sent();

    [Theory(Skip = NoFault)]
    public override Task A_lost_answer_leaves_open_whether_the_event_was_written(bool byReset) => base.A_lost_answer_leaves_open_whether_the_event_was_written(byReset);

    [Fact(Skip = NoFault)]
    public override Task A_connection_that_breaks_before_the_answer_leaves_it_open_too() => base.A_connection_that_breaks_before_the_answer_leaves_it_open_too();

    [Fact(Skip = NoFault)]
    public override Task An_answer_that_is_cut_leaves_it_open_too() => base.An_answer_that_is_cut_leaves_it_open_too();

    [Theory(Skip = NoFault)]
    public override Task An_answer_that_is_no_event_leaves_it_open_too(string body) => base.An_answer_that_is_no_event_leaves_it_open_too(body);

    [Theory(Skip = NoFault)]
    public override Task A_server_that_does_not_answer_in_time_is_no_cancellation(bool withinTheBody) => base.A_server_that_does_not_answer_in_time_is_no_cancellation(withinTheBody);

    [Theory(Skip = NoFault)]
    public override Task Who_cancels_is_free_at_once(bool withinTheBody) => base.Who_cancels_is_free_at_once(withinTheBody);
}

/// <inheritdoc cref="ClusterSinkContractTests"/>
public sealed class ClusterSourceContractTests : EventSourceContract
{
    private const string NoFault = "Nothing goes wrong with a real cluster when a test wants it.";
    private const string Forgets = "A real cluster forgets when it likes.";

    protected override Task<ContractStore> OpenAsync(ContractSetup setup) => RealClusterStore.OpenAsync();

    [Fact(Skip = Forgets)]
    public override Task A_token_that_is_too_old_is_410_and_tells_the_one_to_go_on_with() => base.A_token_that_is_too_old_is_410_and_tells_the_one_to_go_on_with();

    [Fact(Skip = Forgets)]
    public override Task A_version_that_is_too_old_is_an_error_frame_with_410() => base.A_version_that_is_too_old_is_an_error_frame_with_410();

    [Fact(Skip = Forgets)]
    public override Task A_version_that_is_too_old_is_an_answer_with_410_elsewhere() => base.A_version_that_is_too_old_is_an_answer_with_410_elsewhere();

    [Fact(Skip = Forgets)]
    public override Task A_watch_that_the_server_ends_without_a_frame_has_none() => base.A_watch_that_the_server_ends_without_a_frame_has_none();

    [Fact(Skip = "A real cluster sends bookmarks when it likes.")]
    public override Task A_bookmark_has_a_version_and_no_event() => base.A_bookmark_has_a_version_and_no_event();

    [Theory(Skip = NoFault)]
    public override Task A_watch_that_is_cut_has_its_whole_frames_and_then_an_error(int line, bool byReset) => base.A_watch_that_is_cut_has_its_whole_frames_and_then_an_error(line, byReset);

    [Fact(Skip = NoFault)]
    public override Task Who_cancels_a_list_that_stalls_is_free_at_once() => base.Who_cancels_a_list_that_stalls_is_free_at_once();

    [Fact(Skip = NoFault)]
    public override Task A_list_that_does_not_come_in_time_is_no_cancellation() => base.A_list_that_does_not_come_in_time_is_no_cancellation();

    [Fact(Skip = NoFault)]
    public override Task A_watch_that_is_refused_was_never_open() => base.A_watch_that_is_refused_was_never_open();

    [Fact(Skip = NoFault)]
    public override Task Half_a_list_is_an_error() => base.Half_a_list_is_an_error();

    [Fact(Skip = NoFault)]
    public override Task Where_nobody_listens_nothing_was_sent() => base.Where_nobody_listens_nothing_was_sent();

    [Fact(Skip = NoFault)]
    public override Task A_right_that_a_role_lacks_is_403_and_told_apart() => base.A_right_that_a_role_lacks_is_403_and_told_apart();

    [Fact(Skip = NoFault)]
    public override Task The_page_of_a_proxy_is_its_code() => base.The_page_of_a_proxy_is_its_code();
}

internal static class RealClusterStore
{
    public static async Task<ContractStore> OpenAsync()
    {
        var file = Environment.GetEnvironmentVariable("EVENTRECORDING_CONTRACT_KUBECONFIG");
        var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(file));
        var name = $"contract-{Guid.NewGuid():n}";
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } });
        return new ContractStore(new KubernetesClientEventSink(client), new KubernetesClientEventSource(client))
        {
            Namespace = name,
            DeleteAsync = kubeEvent => client.CoreV1.DeleteNamespacedEventAsync(kubeEvent.Name, kubeEvent.Namespace),
            CloseAsync = async () =>
            {
                await client.CoreV1.DeleteNamespaceAsync(name);
                client.Dispose();
            },
        };
    }
}
#endif
