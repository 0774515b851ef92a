using System.Reflection;
using EventRecording.Cluster;
using EventRecording.Sandbox;
using EventRecording.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EventRecording.Tests.PublicApi;

[Trait("Category", ApprovedText.Category)]
public sealed class PublicApiTests
{
    public static TheoryData<Assembly> Libraries => [typeof(EventRecorder).Assembly, typeof(KubeConfigLoader).Assembly, typeof(EventRecorderServices).Assembly, typeof(KubernetesSandbox).Assembly];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_api_is_the_approved_one(Assembly library) =>
        ApprovedText.Check($"tests/EventRecording.Tests/PublicApi/{library.GetName().Name}.txt", PublicApiText.Of(library));
}
