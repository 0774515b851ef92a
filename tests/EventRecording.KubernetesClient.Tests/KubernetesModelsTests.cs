using EventRecording.Contract;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace EventRecording.KubernetesClient.Tests;

/// <summary>The models in both directions.</summary>
public sealed class KubernetesModelsTests
{
    private static readonly V1ObjectMeta Metadata = new() { Name = "redis", NamespaceProperty = "prod", Uid = "u-1", ResourceVersion = "7" };
    private static readonly ObjectReference Named = new() { Namespace = "prod", Name = "redis", Uid = "u-1", ResourceVersion = "7" };

    [Fact]
    public void An_object_is_referred_to_by_what_it_says() => Assert.Equal(
        Named with { ApiVersion = "cache.example.com/v1", Kind = "Redis" },
        new Redis { ApiVersion = "cache.example.com/v1", Kind = "Redis", Metadata = Metadata }.ToObjectReference());

    [Fact]
    public void An_item_of_a_list_says_neither_kind_nor_apiVersion_and_its_class_does()
    {
        Assert.Equal(Named with { ApiVersion = "apps/v1", Kind = "Deployment" }, new V1Deployment { Metadata = Metadata }.ToObjectReference());
        Assert.Equal(Named with { ApiVersion = "v1", Kind = "Pod" }, new V1Pod { Metadata = Metadata }.ToObjectReference());
    }

    [Fact]
    public void The_mirror_of_a_static_pod_is_that_pod_whichever_way_it_is_referred_to()
    {
        var metadata = new V1ObjectMeta { Name = "etcd-n1", NamespaceProperty = "kube-system", Uid = "u-1", Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c" } };
        var pod = new V1Pod { Metadata = metadata };
        Assert.Equal("2f8c2e7c4d1ab0f3c5d6e7f8091a2b3c", pod.ToObjectReference().Uid);
        Assert.Equal(ObjectReferenceReader.Default.Read(pod), pod.ToObjectReference());
        Assert.Equal("u-1", new V1ConfigMap { Metadata = metadata }.ToObjectReference().Uid);
    }

    [Fact]
    public void An_object_without_a_name_or_a_kind_is_an_error_that_says_so()
    {
        Assert.Contains("no name", Assert.Throws<ObjectReferenceException>(() => new V1Pod().ToObjectReference()).Message, StringComparison.Ordinal);
        Assert.Contains("no kind", Assert.Throws<ObjectReferenceException>(() => new Redis { Metadata = Metadata }.ToObjectReference()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_is_taken_as_it_is() => Assert.Equal(
        Named with { ApiVersion = "v1", Kind = "Pod", FieldPath = "spec.containers{redis}" },
        new V1ObjectReference { ApiVersion = "v1", Kind = "Pod", NamespaceProperty = "prod", Name = "redis", Uid = "u-1", ResourceVersion = "7", FieldPath = "spec.containers{redis}" }.ToObjectReference());

    [Theory]
    [InlineData(EventApiVersion.CoreV1, 0)]
    [InlineData(EventApiVersion.CoreV1, 123_456)]
    [InlineData(EventApiVersion.EventsV1, 0)]
    [InlineData(EventApiVersion.EventsV1, 123_456)]
    public async Task An_event_comes_back_as_it_was(string apiVersion, int microseconds)
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        var time = ContractEvents.Noon.AddMicroseconds(microseconds);
        var kubeEvent = await store.Sink.CreateAsync(ContractEvents.Event(store, apiVersion: apiVersion) with { EventTime = time, Series = new EventSeries(2, time) }, default);
        var back = apiVersion == EventApiVersion.CoreV1 ? kubeEvent.ToCorev1Event().ToKubeEvent() : kubeEvent.ToEventsv1Event().ToKubeEvent();
        Assert.Equal(kubeEvent.Labels, back.Labels);
        Assert.Equal(kubeEvent.Annotations, back.Annotations);
        Assert.Equal(kubeEvent with { Labels = back.Labels, Annotations = back.Annotations, SourceComponent = back.SourceComponent, SourceHost = back.SourceHost }, back);
        Assert.Equal(kubeEvent.Source, back.Source);
    }

    [Fact]
    public async Task The_clients_model_of_a_whole_second_is_refused_and_ours_is_not()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        using var client = KubernetesClientStore.Client(store.Server);
        var kubeEvent = ContractEvents.Event(store, apiVersion: EventApiVersion.EventsV1);
        var naive = kubeEvent.ToEventsv1Event();
        naive.EventTime = ContractEvents.Noon.UtcDateTime;
        await Assert.ThrowsAsync<HttpOperationException>(() => client.EventsV1.CreateNamespacedEventAsync(naive, store.Namespace));
        var created = await client.EventsV1.CreateNamespacedEventAsync(kubeEvent.ToEventsv1Event(), store.Namespace);
        Assert.Equal(ContractEvents.Noon, created.ToKubeEvent().EventTime);
    }

    [Fact]
    public async Task The_clients_model_of_core_v1_is_created_too()
    {
        await using var store = await KubernetesClientStore.OpenAsync(new ContractSetup());
        using var client = KubernetesClientStore.Client(store.Server);
        var created = await client.CoreV1.CreateNamespacedEventAsync(ContractEvents.Event(store).ToCorev1Event(), store.Namespace);
        Assert.Equal(ContractEvents.Event(store).InvolvedObject, created.ToKubeEvent().InvolvedObject);
    }

    private sealed class Redis : IKubernetesObject<V1ObjectMeta>
    {
        public string? ApiVersion { get; set; }

        public string? Kind { get; set; }

        public required V1ObjectMeta Metadata { get; set; }
    }
}
